import * as v from 'valibot';
import { userError } from '../base/errors';
import type { Fault } from '../base/faults';
import { id, isHexId, type FaultId, type JobId, type OperatorId, type TaskManagerId, type VertexId } from '../base/ids';

/** Requests of our own beside the debug protocol, by name, with what they get and answer. */
export interface CustomRequests {
  /** Makes something go wrong in the job that is debugged. */
  readonly injectFailure: { readonly q: { readonly fault: Fault }; readonly a: { readonly fault: FaultId } };
  /** What a thread is about: the job, and the subtask unless it is the JobManager. */
  readonly jobContext: { readonly q: { readonly threadId?: number }; readonly a: JobContext };
}
export type CustomRequestName = keyof CustomRequests;

export interface JobContext {
  readonly job: JobId;
  readonly task?: { readonly vertex: VertexId; readonly subtask: number };
}

const hexId = v.pipe(v.string(), v.check(isHexId, 'is not an id of 32 hex digits'));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const faultSchema = v.variant('k', [
  v.object({
    k: v.literal('throwInTask'),
    job: hexId,
    operator: hexId,
    subtask: count,
    message: v.string(),
    when: v.variant('at', [
      v.object({ at: v.literal('now') }),
      v.object({ at: v.literal('record'), count: v.pipe(count, v.minValue(1)) }),
    ]),
  }),
  v.object({ k: v.literal('killTaskManager'), taskManager: v.string(), lose: v.boolean() }),
  v.object({ k: v.literal('declineCheckpoint'), job: hexId, operator: hexId, subtask: count }),
  v.object({
    k: v.literal('localCopy'),
    how: v.picklist(['lose', 'corrupt']),
    job: hexId,
    operator: hexId,
    subtask: count,
  }),
]);

/** The fault of an `injectFailure` request. Rejects with `debug.bad-fault`. */
export function parseFault(given: unknown): Fault {
  const result = v.safeParse(v.object({ fault: faultSchema }), given);
  if (!result.success) {
    throw userError('debug.bad-fault', `The failure to inject is not valid: ${result.issues[0].message}.`, '');
  }
  const { fault } = result.output;
  if (fault.k === 'killTaskManager') return { ...fault, taskManager: id<TaskManagerId>(fault.taskManager) };
  return { ...fault, job: id<JobId>(fault.job), operator: id<OperatorId>(fault.operator) };
}

/** What an attempt key (`job_vertex_subtask_attempt`) says of its task; undefined for the JobManager. */
export function taskOfThread(key: string): JobContext['task'] {
  const [, vertex, subtask] = key.split('_');
  if (vertex === undefined || subtask === undefined) return undefined;
  return { vertex: id<VertexId>(vertex), subtask: Number(subtask) };
}
