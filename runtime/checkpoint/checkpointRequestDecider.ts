/** Which of the snapshots that somebody wants is taken next; Flink's `CheckpointRequestDecider`. Pure. */
import type { CheckpointKind } from './checkpointRecords';

/** What counts about a request. */
export interface Wanted {
  readonly kind: CheckpointKind;
  /** Taken by the clock, not because somebody asked for it. */
  readonly periodic?: true;
}

export type RequestDecision =
  /** Nothing is wanted, or the snapshot under way has to end first. */
  | { readonly d: 'wait' }
  | { readonly d: 'start'; readonly index: number }
  /** It is periodic, and the last snapshot has ended a moment ago. */
  | { readonly d: 'refuse'; readonly index: number; readonly reason: 'minimum-pause'; readonly afterMs: number };

/** More than a thousand wishes are somebody's mistake. */
const mostRequests = 1_000;

/** Of all that wait: savepoints first, then what was asked for, then periodic ones; among equals the oldest. */
export function nextRequest(
  queue: readonly Wanted[],
  present: { readonly underWay: boolean; readonly pauseLeftMs: number },
): RequestDecision {
  if (present.underWay || queue.length === 0) return { d: 'wait' };
  const ranks = queue.map(rank);
  const index = ranks.indexOf(Math.min(...ranks));
  if (queue[index]?.periodic === true && present.pauseLeftMs > 0) {
    return { d: 'refuse', index, reason: 'minimum-pause', afterMs: present.pauseLeftMs };
  }
  return { d: 'start', index };
}

/** The index of the request that is one too many: the newest periodic one, or else the newest; undefined while there is room. */
export function oneTooMany(queue: readonly Wanted[]): number | undefined {
  if (queue.length <= mostRequests) return undefined;
  const periodic = queue.findLastIndex((request) => request.periodic === true);
  return periodic >= 0 ? periodic : queue.length - 1;
}

function rank({ kind, periodic }: Wanted): number {
  if (kind !== 'CHECKPOINT') return 0;
  return periodic === true ? 2 : 1;
}
