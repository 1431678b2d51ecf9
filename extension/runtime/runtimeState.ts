import type { Cluster } from '../../runtime/cluster/cluster';

/** How a runtime process ended, for people and for the log. */
export interface RuntimeEnd {
  /** `code 134 (out of memory)`, `signal SIGKILL`. */
  readonly text: string;
  readonly atMs: number;
  /** The last lines that it printed, oldest first. */
  readonly lastLines: readonly string[];
}

/** Where this window stands with its runtime. */
export type RuntimeState =
  | { readonly k: 'none' }
  | { readonly k: 'starting' }
  | {
      readonly k: 'connected';
      readonly cluster: Cluster;
      readonly pid: number;
      /** False when another window or a terminal started it: this one then leaves it alone. */
      readonly owned: boolean;
    }
  | { readonly k: 'ended'; readonly end: RuntimeEnd; readonly owned: boolean };

const keptLines = 12;

/** Puts an exit into words; what a heap that is too small prints is recognised. */
export function runtimeEnd(
  exit: { readonly code: number | undefined; readonly signal: string | undefined; readonly lastOutput: string },
  atMs: number,
): RuntimeEnd {
  const lastLines = exit.lastOutput
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-keptLines);
  const why = /heap out of memory|ENOMEM/.test(exit.lastOutput) ? ' (out of memory)' : '';
  const how = exit.signal !== undefined ? `signal ${exit.signal}` : `code ${exit.code ?? 'unknown'}`;
  return { text: `${how}${why}`, atMs, lastLines };
}
