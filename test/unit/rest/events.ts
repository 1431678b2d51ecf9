/** Recovery events as a task would send them. */
import { errorData, externalError } from '../../../runtime/base/errors';
import type { Alternative, RecoveryEvent, Scope, Step, Verdict } from '../../../runtime/base/events';
import {
  id,
  type HandleId,
  type JobId,
  type OperatorId,
  type RunId,
  type Seq,
  type TaskManagerId,
  type VertexId,
} from '../../../runtime/base/ids';

const job = id<JobId>('d376f884e88fa4a1ce439ebc8380dc74');
const vertex = id<VertexId>('64d13d9aa16aa0e7527f2a20c03a2a05');

export const scope: Scope = {
  job,
  recovery: 1,
  at: 'task',
  vertex,
  subtask: 0,
  attempt: 1,
  taskManager: id<TaskManagerId>('tm-1'),
  operator: id<OperatorId>(vertex),
};

export function alternative(from: 'local' | 'remote', sizeBytes: number): Alternative {
  return { parts: [{ handle: id<HandleId>('h'), from, sizeBytes, location: `/${from}` }] };
}

let seq = 0;

export function event(step: Step, phase: 'begin' | 'end', parts: Partial<RecoveryEvent> = {}): RecoveryEvent {
  seq += 1;
  const key = step.k === 'attempt' ? `${step.k}${step.index}` : step.k;
  return {
    seq: id<Seq>(seq),
    run: id<RunId>('run'),
    atMs: seq,
    evidence: 'live',
    scope,
    step,
    stepId: key,
    phase,
    ...parts,
  };
}

/** A restore of keyed state with these alternatives, of which the first `failing` fail. */
export function restore(alternatives: readonly Alternative[], failing: number, why = ''): readonly RecoveryEvent[] {
  const lookup: Step = { k: 'stateLookup', state: 'keyed', alternatives, why };
  const failed: Verdict = {
    v: 'failed',
    error: errorData(externalError('local.checksum', 'CRC32C of the local copy is wrong.', '')),
  };
  const attempts = alternatives.slice(0, failing + 1).flatMap((tried, index) => {
    const step: Step = { k: 'attempt', state: 'keyed', index, of: alternatives.length, alternative: tried };
    const verdict: Verdict = index < failing ? failed : { v: 'ok' };
    return [event(step, 'begin'), event(step, 'end', { verdict, tookMs: 4 })];
  });
  return [event(lookup, 'begin'), ...attempts, event(lookup, 'end', { verdict: { v: 'ok' } })];
}
