const firstPauseMs = 10;
const longestPauseOfOwnEngineMs = 100;

/** Asks again and again, with growing pauses, until there is an answer. The signal ends the waiting with its reason. */
export async function eventually<T>(
  signal: AbortSignal | undefined,
  ask: () => Promise<T | undefined>,
  longestPauseMs = longestPauseOfOwnEngineMs,
): Promise<T> {
  let pauseMs = firstPauseMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(pauseMs, signal);
    pauseMs = Math.min(longestPauseMs, pauseMs * 1.5);
  }
}

/** Resolves after a while, or when the signal comes. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
