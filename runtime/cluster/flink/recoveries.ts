import type { ChosenCheckpoint, FailureCause, RecoveryEvent, Scope, Step, Verdict } from '../../base/events';
import {
  id,
  type CheckpointId,
  type JobId,
  type RunId,
  type Seq,
  type TaskManagerId,
  type VertexId,
} from '../../base/ids';
import type { JobStatus } from '../../base/status';
import type { CheckpointingStatistics } from '../../rest/answers/checkpoints';
import type { JobExceptionsInfo } from '../../rest/answers/exceptions';
import type { JobDetailsInfo, JobVertexDetailsInfo } from '../../rest/answers/jobs';
import { pathOfUri } from '../../base/fileUri';
import type { RecoveryDetails, RecoveryInfo } from '../model';
import { causeOf, failedAttempt, type RootException } from './exceptions';

/** What recoveries are made of; everything but `status` comes from Flink's cache. */
export interface RecoveryAnswers {
  readonly job: JobId;
  readonly status: JobStatus;
  readonly info: JobDetailsInfo;
  readonly exceptions: JobExceptionsInfo;
  readonly checkpoints: CheckpointingStatistics;
}

/**
 * Flink keeps a history of exceptions and no recoveries: each exception of the history began one. Their numbers follow the attempts that
 * failed, because the history forgets its oldest entries. The start of the job is number 0. Newest first.
 */
export function recoveriesOf(answers: RecoveryAnswers): readonly RecoveryInfo[] {
  const { info, exceptions } = answers;
  const oldestFirst = [...exceptions.exceptionHistory.entries].sort((one, other) => one.timestamp - other.timestamp);
  const begun = [{ recovery: 0, startMs: info['start-time'], cause: { k: 'start' } as FailureCause }];
  let last = 0;
  for (const root of oldestFirst) {
    last = Math.max(last + 1, (attemptOf(root) ?? -1) + 1);
    begun.push({ recovery: last, startMs: root.timestamp, cause: causeOf(root, info.vertices) });
  }
  return begun
    .map((one, index): RecoveryInfo => {
      const next = begun[index + 1];
      return { ...one, ...nothingOfPlaces, ...courseOf(answers, one.startMs, next?.startMs) };
    })
    .reverse();
}

const nothingOfPlaces = {
  local: 0,
  remote: 0,
  fellBack: 0,
  localBytes: 0,
  remoteBytes: 0,
  placesUnknown: true,
} as const;

/** Flink puts an exception of its own before the one of the task when it gives up. */
function attemptOf(root: RootException): number | undefined {
  return failedAttempt(root) ?? root.concurrentExceptions.map(failedAttempt).find((attempt) => attempt !== undefined);
}

type Course = Pick<RecoveryInfo, 'status' | 'endMs' | 'tookMs' | 'checkpoint'>;

/** What became of a recovery; of those before the newest only that another one followed. */
function courseOf(answers: RecoveryAnswers, startMs: number, nextMs: number | undefined): Course {
  const checkpoint = restoredBetween(answers.checkpoints, startMs, nextMs);
  const chosen = checkpoint === undefined ? {} : { checkpoint };
  if (nextMs !== undefined) return { status: 'done', ...chosen };
  const { status, info } = answers;
  if (status === 'FAILED') return { status: 'given up', ...chosen };
  const runningMs = info.timestamps['RUNNING'] ?? 0;
  const tasks = info.vertices.reduce((sum, { parallelism }) => sum + parallelism, 0);
  const running = info.vertices.reduce(
    (sum, vertex) => sum + (vertex.tasks['RUNNING'] ?? 0) + (vertex.tasks['FINISHED'] ?? 0),
    0,
  );
  if (isUnderWay(status) || (status === 'RUNNING' && (runningMs < startMs || running < tasks))) {
    return { status: 'running', ...chosen };
  }
  if (runningMs < startMs) return { status: 'done', ...chosen };
  return { status: 'done', endMs: runningMs, tookMs: runningMs - startMs, ...chosen };
}

function isUnderWay(status: JobStatus): boolean {
  return ['INITIALIZING', 'CREATED', 'FAILING', 'RESTARTING', 'RECONCILING'].includes(status);
}

/** Flink tells the newest checkpoint that was restored, with its time. */
function restoredBetween(
  { latest }: CheckpointingStatistics,
  fromMs: number,
  toMs: number | undefined,
): ChosenCheckpoint | undefined {
  const { restored } = latest;
  if (restored === null || restored.restore_timestamp < fromMs) return undefined;
  if (toMs !== undefined && restored.restore_timestamp >= toMs) return undefined;
  const { external_path: path, is_savepoint: savepoint } = restored;
  return { id: id<CheckpointId>(restored.id), path: path === null ? '' : pathOfUri(path), savepoint };
}

/**
 * One recovery as the steps that Flink's answers bear witness of: the failure, the checkpoint, and for the newest one how long each task
 * was INITIALIZING, which is when it restores its state.
 */
export function recoveryDetails(
  answers: RecoveryAnswers,
  info: RecoveryInfo,
  vertices: readonly JobVertexDetailsInfo[],
): RecoveryDetails {
  const { job, checkpoints } = answers;
  const script = new Script();
  const scope: Scope = { job, recovery: info.recovery, at: 'jobmanager' };
  script.step(scope, info.startMs, { k: 'failureSeen', cause: info.cause });
  if (info.checkpoint !== undefined) {
    const why = 'as Flink tells; it does not say why';
    const atMs = checkpoints.latest.restored?.restore_timestamp ?? info.startMs;
    script.step(scope, atMs, { k: 'checkpointChosen', checkpoint: info.checkpoint, why });
  }
  for (const vertex of vertices) addTasks(script, job, info, vertex);
  if (info.endMs !== undefined) script.step(scope, info.endMs, { k: 'recovered' });
  return { ...info, events: script.events };
}

/** The attempts that were started by this recovery and are the present ones. */
function addTasks(script: Script, job: JobId, info: RecoveryInfo, vertex: JobVertexDetailsInfo): void {
  for (const task of vertex.subtasks) {
    const durations = task['status-duration'];
    const initializingMs = durations['INITIALIZING'] ?? -1;
    if (task['start-time'] < info.startMs || initializingMs < 0 || (durations['RUNNING'] ?? -1) < 0) continue;
    const scope: Scope = {
      job,
      recovery: info.recovery,
      at: 'task',
      vertex: id<VertexId>(vertex.id),
      subtask: task.subtask,
      attempt: task.attempt,
      taskManager: id<TaskManagerId>(task['taskmanager-id']),
    };
    // Flink's start time of an attempt is that of its deployment.
    const beganMs = task['start-time'] + Math.max(0, durations['DEPLOYING'] ?? 0);
    script.step(scope, beganMs, { k: 'taskRunning' }, initializingMs);
  }
}

/** Puts steps together into events. Evidence: answers of the REST API. */
class Script {
  readonly events: RecoveryEvent[] = [];
  #steps = 0;

  step(scope: Scope, atMs: number, step: Step, tookMs = 0): void {
    const stepId = `step-${++this.#steps}`;
    const verdict: Verdict = { v: 'ok' };
    this.#add({ scope, step, stepId, atMs, phase: 'begin' });
    this.#add({ scope, step, stepId, atMs: atMs + tookMs, phase: 'end', verdict, tookMs });
  }

  #add(event: Omit<RecoveryEvent, 'seq' | 'run' | 'evidence'>): void {
    this.events.push({ seq: id<Seq>(this.events.length + 1), run: id<RunId>('flink'), evidence: 'rest', ...event });
  }
}
