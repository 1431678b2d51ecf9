import { createInterface } from 'node:readline';

/** The first line of standard input as JSON; our own parent wrote it. `onEnd` is called when the parent closes its end, or is gone. */
export function readStartLine<T>(onEnd: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin });
    let first = true;
    lines.on('line', (line) => {
      if (!first) return;
      first = false;
      try {
        resolve(JSON.parse(line) as T);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    lines.on('close', onEnd);
  });
}
