import type { ErrorData } from '../base/errors';
import type { FailureCause, TaskName } from '../base/events';
import { sameAttempt, type AttemptRef } from '../base/ids';
import type { ExecutionState, JobStatus } from '../base/status';
import type { JobGraph } from '../graph/jobGraph';
import type { TaskMetrics } from '../wire/messages';
import type { AttemptRecord, ExceptionRecord, SubtaskRecord, VertexRecord } from './records';
import { failureError } from './states/failures';
import { withSample } from './taskRates';
import type { Execution, JobFacts } from './states/jobState';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type AttemptEntry = Writable<Omit<AttemptRecord, 'stateTimes'>> & {
  stateTimes: Partial<Record<ExecutionState, number>>;
};
interface SubtaskEntry extends SubtaskRecord {
  readonly attempts: AttemptEntry[];
}
type ExceptionEntry = ExceptionRecord & { readonly concurrent: ExceptionRecord[] };

const keptAttempts = 50;
const keptExceptions = 50;

/** The history of a job's status, attempts and exceptions, as Flink's REST API shows them. Grows by comparing states. */
export class JobRecorder {
  readonly vertices: readonly VertexRecord[];
  readonly exceptions: ExceptionEntry[] = [];
  readonly statusTimes: Partial<Record<JobStatus, number>> = {};
  exceptionsTruncated = false;
  status: JobStatus = 'INITIALIZING';
  lastModifiedMs: number;
  private readonly subtasks: readonly SubtaskEntry[];

  constructor(graph: JobGraph, facts: JobFacts, submittedMs: number, nowMs: number) {
    this.lastModifiedMs = submittedMs;
    this.statusTimes.INITIALIZING = submittedMs;
    this.subtasks = facts.tasks.map((task): SubtaskEntry => ({ name: task.name, attempts: [newAttempt(task, nowMs)] }));
    this.vertices = graph.vertices.map((vertex) => ({
      vertex,
      subtasks: this.subtasks.filter(({ name }) => name.vertex === vertex.id),
    }));
  }

  /** True when the status is another one now. */
  setStatus(status: JobStatus, nowMs: number): boolean {
    if (status === this.status) return false;
    this.status = status;
    this.statusTimes[status] = nowMs;
    this.lastModifiedMs = nowMs;
    return true;
  }

  /** True when some task has changed. */
  compare(before: JobFacts, after: JobFacts, nowMs: number): boolean {
    const changed = after.tasks.flatMap((task, index) => (task === before.tasks[index] ? [] : [{ task, index }]));
    for (const { task, index } of changed) update(this.subtasks[index]?.attempts ?? [], task, nowMs);
    if (changed.length > 0) this.lastModifiedMs = nowMs;
    return changed.length > 0;
  }

  /** One for the history of exceptions; it is also noted at the attempts that it ended. */
  failed(cause: FailureCause, concurrent: boolean, nowMs: number): void {
    const attempt = this.blamed(cause);
    const entry = exceptionOf(cause, nowMs, attempt?.ref.attempt);
    const root = this.exceptions[0];
    if (concurrent && root !== undefined) root.concurrent.push(entry);
    else this.exceptions.unshift(entry);
    if (this.exceptions.length > keptExceptions) {
      this.exceptions.pop();
      this.exceptionsTruncated = true;
    }
    if (attempt !== undefined) attempt.failure = entry.error;
    this.blameOthers(cause, entry.error);
  }

  metrics(metrics: TaskMetrics, nowMs: number): void {
    const entry = this.attempt(metrics.ref);
    if (entry === undefined) return;
    entry.metrics = metrics;
    entry.samples = withSample(entry.samples ?? [], nowMs, metrics);
  }

  /** The attempt that failed, where it was the failure of one task. */
  private blamed(cause: FailureCause): AttemptEntry | undefined {
    if (cause.k !== 'task') return undefined;
    return this.subtasks.find(({ name }) => sameTask(name, cause.task))?.attempts.at(-1);
  }

  /** Those that were lost with their TaskManager. */
  private blameOthers(cause: FailureCause, error: ErrorData): void {
    if (cause.k !== 'taskManager') return;
    for (const { attempts } of this.subtasks) {
      const last = attempts.at(-1);
      if (last?.state === 'FAILED' && last.taskManager === cause.taskManager) last.failure ??= error;
    }
  }

  private attempt(ref: AttemptRef): AttemptEntry | undefined {
    const subtask = this.subtasks.find(({ name }) => name.vertex === ref.vertex && name.subtask === ref.subtask);
    return subtask?.attempts.findLast((attempt) => sameAttempt(attempt.ref, ref));
  }
}

function newAttempt(task: Execution, nowMs: number): AttemptEntry {
  return { ref: task.ref, state: 'CREATED', stateTimes: { CREATED: nowMs } };
}

function update(attempts: AttemptEntry[], task: Execution, nowMs: number): void {
  let last = attempts.at(-1);
  if (last === undefined || !sameAttempt(last.ref, task.ref)) {
    last = newAttempt(task, nowMs);
    attempts.push(last);
    if (attempts.length > keptAttempts) attempts.shift();
  }
  if (task.taskManager !== undefined) last.taskManager = task.taskManager;
  if (task.allocation !== undefined) last.allocation = task.allocation;
  if (last.state === task.state) return;
  last.state = task.state;
  last.stateTimes[task.state] = nowMs;
}

function exceptionOf(cause: FailureCause, atMs: number, attempt: number | undefined): ExceptionEntry {
  const error = failureError(cause);
  switch (cause.k) {
    case 'task':
      return {
        atMs,
        error,
        injected: cause.injected,
        task: cause.task,
        ...(attempt === undefined ? {} : { attempt }),
        taskManager: cause.taskManager,
        concurrent: [],
      };
    case 'taskManager':
      return { atMs, error, injected: cause.injected, taskManager: cause.taskManager, concurrent: [] };
    case 'job':
    case 'start':
      return { atMs, error, injected: false, concurrent: [] };
  }
}

function sameTask(a: TaskName, b: TaskName): boolean {
  return a.vertex === b.vertex && a.subtask === b.subtask;
}
