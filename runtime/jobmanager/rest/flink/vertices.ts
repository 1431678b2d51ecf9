import { restError } from '../../../rest/errorBody';
import type { VertexId } from '../../../base/ids';
import { executionStates } from '../../../base/status';
import type {
  Aggregate,
  IOMetricsInfo,
  JobVertexDetailsInfo,
  SubtaskExecutionAttemptDetailsInfo,
  SubtasksTimesInfo,
} from '../../../rest/answers/jobs';
import type { AttemptRecord, JobRecord, VertexRecord } from '../../records';
import type { HandlerContext, Handlers } from '../handlers';
import { attemptSpan, currentAttempt, currentAttempts, ioMetrics, statusDurations } from './executions';
import { findJob } from './jobs';
import { aggregate } from './statistics';

export function vertexHandlers({ gateway, clock }: HandlerContext): Handlers<'vertex' | 'subtaskTimes' | 'subtask'> {
  return {
    vertex: ({ path }) => vertexDetails(findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid), clock.wallMs()),
    subtaskTimes: ({ path }) =>
      subtaskTimes(findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid), clock.wallMs()),
    subtask: ({ path }) => {
      const vertex = findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid);
      return subtaskDetails(findSubtask(vertex, path.subtaskindex), clock.wallMs());
    },
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
    aggregated: {
      metrics: aggregated(subtasks.map(({ metrics }) => numbersOf(metrics))),
      'status-duration': aggregated(subtasks.map((subtask) => subtask['status-duration'])),
    },
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

/** TaskManagers have no port of their own here: their id says where to look. */
function placeOf(attempt: AttemptRecord): { host: string; endpoint: string } {
  return attempt.taskManager === undefined
    ? { host: '(unassigned)', endpoint: '(unassigned)' }
    : { host: 'localhost', endpoint: `localhost:${attempt.taskManager}` };
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
