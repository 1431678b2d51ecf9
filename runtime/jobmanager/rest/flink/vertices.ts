import { restError } from '../../../rest/errorBody';
import type { VertexId } from '../../../base/ids';
import { executionStates } from '../../../base/status';
import type {
  Aggregate,
  Aggregates,
  IOMetricsInfo,
  JobVertexDetailsInfo,
  JobVertexTaskManagersInfo,
  SubtaskExecutionAttemptDetailsInfo,
  SubtasksTimesInfo,
} from '../../../rest/answers/jobs';
import type { AttemptRecord, JobRecord, VertexRecord } from '../../records';
import type { HandlerContext, Handlers } from '../handlers';
import {
  aggregateState,
  attemptSpan,
  currentAttempt,
  currentAttempts,
  ioMetrics,
  placeOf,
  stateCounts,
  statusDurations,
  vertexSpan,
} from './executions';
import { findJob } from './jobs';
import { aggregate } from './statistics';

export function vertexHandlers({
  gateway,
  clock,
}: HandlerContext): Handlers<'vertex' | 'subtaskTimes' | 'subtask' | 'subtaskAttempt' | 'vertexTaskManagers'> {
  return {
    vertex: ({ path }) => vertexDetails(findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid), clock.wallMs()),
    subtaskTimes: ({ path }) =>
      subtaskTimes(findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid), clock.wallMs()),
    subtask: ({ path }) => {
      const vertex = findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid);
      return subtaskDetails(findSubtask(vertex, path.subtaskindex), clock.wallMs());
    },
    subtaskAttempt: ({ path }) => {
      const vertex = findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid);
      return subtaskDetails(findAttempt(vertex, path.subtaskindex, path.attempt), clock.wallMs());
    },
    vertexTaskManagers: ({ path }) =>
      vertexTaskManagers(findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid), clock.wallMs()),
  };
}

export function findVertex(job: JobRecord, id: VertexId): VertexRecord {
  const vertex = job.vertices.find((candidate) => candidate.vertex.id === id);
  if (vertex === undefined) throw restError(404, `JobVertex ${id} not found`);
  return vertex;
}

/** The current attempt of a subtask. */
export function findSubtask({ vertex, subtasks }: VertexRecord, index: number): AttemptRecord {
  const subtask = subtasks[index];
  if (subtask === undefined) throw restError(404, `Invalid subtask index for vertex ${vertex.id}`);
  return currentAttempt(subtask);
}

export function findAttempt({ vertex, subtasks }: VertexRecord, index: number, number: number): AttemptRecord {
  const subtask = subtasks[index];
  if (subtask === undefined) throw restError(404, `Invalid subtask index for vertex ${vertex.id}`);
  const attempt = subtask.attempts.find(({ ref }) => ref.attempt === number);
  if (attempt === undefined) throw restError(404, `Subtask ${index} of vertex ${vertex.id} has no attempt ${number}`);
  return attempt;
}

function vertexDetails(record: VertexRecord, nowMs: number): JobVertexDetailsInfo {
  const { id, name, parallelism, maxParallelism } = record.vertex;
  const subtasks = currentAttempts(record).map((attempt) => subtaskDetails(attempt, nowMs));
  return {
    id,
    name,
    parallelism,
    maxParallelism,
    now: nowMs,
    subtasks,
    aggregated: aggregatesOf(subtasks),
  };
}

function aggregatesOf(subtasks: readonly SubtaskExecutionAttemptDetailsInfo[]): Aggregates {
  return {
    metrics: aggregated(subtasks.map(({ metrics }) => numbersOf(metrics))),
    'status-duration': aggregated(subtasks.map((subtask) => subtask['status-duration'])),
  };
}

/** The current attempts by TaskManager; `(unassigned)` for those that have none. */
function vertexTaskManagers(record: VertexRecord, nowMs: number): JobVertexTaskManagersInfo {
  const byTaskManager = new Map<string, AttemptRecord[]>();
  for (const attempt of currentAttempts(record)) {
    const { endpoint } = placeOf(attempt);
    byTaskManager.set(endpoint, [...(byTaskManager.get(endpoint) ?? []), attempt]);
  }
  return {
    id: record.vertex.id,
    name: record.vertex.name,
    now: nowMs,
    taskmanagers: [...byTaskManager].map(([endpoint, attempts]) => ({
      // With its port, other than everywhere else.
      host: endpoint,
      endpoint,
      status: aggregateState(attempts),
      ...vertexSpan(attempts, nowMs),
      metrics: ioMetrics(attempts),
      'status-counts': stateCounts(attempts),
      'taskmanager-id': attempts[0]?.taskManager ?? '(unassigned)',
      aggregated: aggregatesOf(attempts.map((attempt) => subtaskDetails(attempt, nowMs))),
    })),
  };
}

function subtaskDetails(attempt: AttemptRecord, nowMs: number): SubtaskExecutionAttemptDetailsInfo {
  const span = attemptSpan(attempt, nowMs);
  return {
    subtask: attempt.ref.subtask,
    status: attempt.state,
    attempt: attempt.ref.attempt,
    ...placeOf(attempt),
    ...span,
    metrics: ioMetrics([attempt]),
    'taskmanager-id': attempt.taskManager ?? '(unassigned)',
    'status-duration': statusDurations(attempt, nowMs),
    start_time: span['start-time'],
  };
}

function numbersOf(metrics: IOMetricsInfo): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}

function aggregated(rows: readonly Readonly<Record<string, number>>[]): Record<string, Aggregate> {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, aggregate(rows.map((row) => row[name] ?? 0))]));
}

function subtaskTimes(record: VertexRecord, nowMs: number): SubtasksTimesInfo {
  return {
    id: record.vertex.id,
    name: record.vertex.name,
    now: nowMs,
    subtasks: currentAttempts(record).map((attempt) => {
      const since = attempt.stateTimes.SCHEDULED ?? -1;
      const end = attemptSpan(attempt, nowMs)['end-time'];
      return {
        subtask: attempt.ref.subtask,
        ...placeOf(attempt),
        duration: since < 0 ? -1 : (end < 0 ? nowMs : end) - since,
        timestamps: Object.fromEntries(executionStates.map((state) => [state, attempt.stateTimes[state] ?? 0])),
      };
    }),
  };
}
