/** The processes of a runtime, as the system sees them (Linux). */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Every process that a test runtime starts inherits this variable, so that also an orphan is found. */
export const markVariable = 'JOB_STATE_TEST_RUNTIME';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** `jobmanager`, `taskmanager` or `compiler`; the last argument of anything else. */
  readonly role: string;
}

/** Those with this mark that have not ended; a zombie has. */
export function markedProcesses(mark: string): readonly RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${markVariable}=${mark}`))
    .flatMap((pid) => {
      const [, state, parent] = /\) (.) (\d+) [^)]*$/.exec(read(`/proc/${pid}/stat`)) ?? [];
      const role = read(`/proc/${pid}/cmdline`).split('\0').filter(Boolean).at(-1) ?? '';
      return state === undefined || state === 'Z' || state === 'X'
        ? []
        : [{ pid: Number(pid), parent: Number(parent), role }];
    });
}

/** Resolves to how long it took until no process with the mark was left; rejects after `limitMs` and names those that are. */
export async function allGone(mark: string, limitMs: number): Promise<number> {
  const beganMs = performance.now();
  for (;;) {
    const left = markedProcesses(mark);
    const tookMs = performance.now() - beganMs;
    if (left.length === 0) return tookMs;
    if (tookMs > limitMs) throw new Error(`Still running after ${limitMs} ms: ${JSON.stringify(left)}`);
    await pause(10);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
