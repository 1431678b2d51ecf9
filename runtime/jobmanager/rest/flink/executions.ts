import { executionStates, isEndOfTask, type ExecutionState } from '../../../base/status';
import type { TaskManagerId } from '../../../base/ids';
import type { IOMetricsInfo } from '../../../rest/answers/jobs';
import type { AttemptRecord, SubtaskRecord, VertexRecord } from '../../records';

/** The states in which an attempt spends its life, in order; they have a `status-duration`. */
const livingStates = ['CREATED', 'SCHEDULED', 'DEPLOYING', 'INITIALIZING', 'RUNNING'] as const;

/** A subtask has at least one attempt; the last one is shown. */
export function currentAttempt(subtask: SubtaskRecord): AttemptRecord {
  const attempt = subtask.attempts.at(-1);
  if (attempt === undefined) throw new Error(`${subtask.name.name} has no attempt`);
  return attempt;
}

export function currentAttempts(vertex: VertexRecord): readonly AttemptRecord[] {
  return vertex.subtasks.map(currentAttempt);
}

export function stateCounts(attempts: readonly { readonly state: ExecutionState }[]): Record<string, number> {
  return Object.fromEntries(
    executionStates.map((state) => [state, attempts.filter((attempt) => attempt.state === state).length]),
  );
}

/** One state for all subtasks of a vertex; Flink's `ExecutionJobVertex.getAggregateJobVertexState`. */
export function aggregateState(attempts: readonly AttemptRecord[]): ExecutionState {
  const some = (state: ExecutionState): boolean => attempts.some((attempt) => attempt.state === state);
  for (const state of ['FAILED', 'CANCELING', 'CANCELED', 'INITIALIZING', 'RUNNING'] as const) {
    if (some(state)) return state;
  }
  if (!some('FINISHED')) return 'CREATED';
  return attempts.every((attempt) => attempt.state === 'FINISHED') ? 'FINISHED' : 'RUNNING';
}

export interface Span {
  readonly 'start-time': number;
  readonly 'end-time': number;
  readonly duration: number;
}

/** From its deployment to its end, or to now; -1 before. */
export function attemptSpan(attempt: AttemptRecord, nowMs: number): Span {
  const start = attempt.stateTimes.DEPLOYING ?? -1;
  const end = isEndOfTask(attempt.state) ? (attempt.stateTimes[attempt.state] ?? -1) : -1;
  return { 'start-time': start, 'end-time': end, duration: start < 0 ? -1 : (end < 0 ? nowMs : end) - start };
}

/** Of a vertex: from its first deployment to its last end, while any of it lives to now. */
export function vertexSpan(attempts: readonly AttemptRecord[], nowMs: number): Span {
  const spans = attempts.map((attempt) => attemptSpan(attempt, nowMs));
  const starts = spans.map((span) => span['start-time']).filter((start) => start >= 0);
  const ends = spans.map((span) => span['end-time']);
  if (starts.length === 0) return { 'start-time': -1, 'end-time': -1, duration: -1 };
  const start = Math.min(...starts);
  const end = ends.every((time) => time >= 0) ? Math.max(...ends) : -1;
  return { 'start-time': start, 'end-time': end, duration: (end < 0 ? nowMs : end) - start };
}

/** How long the attempt was in each state it has been in; the present one counts to now. */
export function statusDurations(attempt: AttemptRecord, nowMs: number): Record<string, number> {
  const end = attemptSpan(attempt, nowMs)['end-time'];
  const durations: Record<string, number> = {};
  let next = end < 0 ? nowMs : end;
  for (const state of livingStates.toReversed()) {
    const since = attempt.stateTimes[state];
    durations[state] = since === undefined ? -1 : next - since;
    next = since ?? next;
  }
  return durations;
}

/** Summed over the attempts; complete when every one of them has reported. */
export function ioMetrics(attempts: readonly AttemptRecord[]): IOMetricsInfo {
  const complete = attempts.every((attempt) => attempt.metrics !== undefined);
  const sum = (field: 'bytesIn' | 'bytesOut' | 'recordsIn' | 'recordsOut' | 'busyMs' | 'idleMs' | 'backPressuredMs') =>
    Math.round(attempts.reduce((total, attempt) => total + (attempt.metrics?.[field] ?? 0), 0));
  return {
    'read-bytes': sum('bytesIn'),
    'read-bytes-complete': complete,
    'write-bytes': sum('bytesOut'),
    'write-bytes-complete': complete,
    'read-records': sum('recordsIn'),
    'read-records-complete': complete,
    'write-records': sum('recordsOut'),
    'write-records-complete': complete,
    'accumulated-backpressured-time': sum('backPressuredMs'),
    'accumulated-idle-time': sum('idleMs'),
    'accumulated-busy-time': sum('busyMs'),
  };
}

/** TaskManagers have no port of their own here: their id says where to look. */
export function placeOf(attempt: { readonly taskManager?: TaskManagerId }): { host: string; endpoint: string } {
  return attempt.taskManager === undefined
    ? { host: '(unassigned)', endpoint: '(unassigned)' }
    : { host: 'localhost', endpoint: `localhost:${attempt.taskManager}` };
}
