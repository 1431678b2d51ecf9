/**
 * What must be undone when a script ends, however it ends: servers stopped, temporary folders removed.
 * Undone in reverse order, once, also on Ctrl-C, SIGTERM and SIGHUP.
 */
import { rmSync } from 'node:fs';

const undo = [];
let ending;

/** Registers something to undo; the result undoes it early. */
export function onEnd(action) {
  undo.push(action);
  return async () => {
    const at = undo.indexOf(action);
    if (at >= 0) {
      undo.splice(at, 1);
      await action();
    }
  };
}

/** A folder that is removed at the end. */
export function removeAtEnd(folder) {
  onEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}

/** True while everything is being undone: what ends now was ended by us. */
export const isCleaningUp = () => ending !== undefined;

/** Undoes everything; a second call waits for the first. */
export function cleanUp() {
  ending ??= (async () => {
    for (let action = undo.pop(); action; action = undo.pop()) {
      try {
        await action();
      } catch (error) {
        console.error(`While cleaning up: ${error instanceof Error ? error.message : error}`);
      }
    }
  })();
  return ending.finally(() => (ending = undefined));
}

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
for (const [signal, code] of Object.entries(signals)) {
  process.on(signal, () => void cleanUp().finally(() => process.exit(code)));
}
