import type { Clock } from '../../../base/env';
import type { JobEvent } from '../../../base/jobEvents';
import { keepAlive, serverSentEvent } from '../../../rest/serverSentEvents';

/** Proxies and clients give up connections that are silent for long. */
const keepAliveMs = 15_000;

/**
 * The events as bytes of an event stream, a comment line whenever nothing happened for a while. Ends with the events; returning it ends
 * the reading of them.
 */
export function eventStreamBody(
  events: AsyncIterableIterator<JobEvent>,
  clock: Clock,
): AsyncIterableIterator<Uint8Array> {
  let pending: Promise<IteratorResult<JobEvent>> | undefined;
  let started = false;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    if (!started) {
      started = true;
      return { value: keepAlive, done: false };
    }
    pending ??= events.next();
    const result = await firstOf(pending, clock);
    if (result === undefined) return { value: keepAlive, done: false };
    pending = undefined;
    if (result.done === true) return { value: undefined, done: true };
    return { value: serverSentEvent(result.value.seq, result.value), done: false };
  };
  const iterator: AsyncIterableIterator<Uint8Array> = {
    next,
    return: async () => {
      await events.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

/** The event, or `undefined` after a while without one. */
function firstOf<T>(event: Promise<T>, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(keepAliveMs, 'real', () => resolve(undefined));
    event.then(
      (value) => {
        timer.dispose();
        resolve(value);
      },
      (error: unknown) => {
        timer.dispose();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
