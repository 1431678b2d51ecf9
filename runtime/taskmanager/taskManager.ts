import type { Disposable, Env, Listener } from '../base/env';
import { errorData, JobStateError, unreachable } from '../base/errors';
import type { Fault } from '../base/faults';
import {
  attemptKey,
  type AllocationId,
  type AttemptRef,
  type FaultId,
  type JobId,
  type TaskManagerId,
} from '../base/ids';
import { joinPath } from '../base/files';
import type { ProcessUsage } from '../base/processUsage';
import { CheckpointCacheManager } from '../localrecovery/checkpointCacheManager';
import { corruptLocalCopy, loseLocalCopy } from '../localrecovery/localCopyFaults';
import { taskManagerEnd, type ControlConnection } from '../wire/control';
import type { FromTaskManager, StateQuery, TaskDeployment, ToTaskManager } from '../wire/messages';
import { CachedTaskState } from './cachedTaskState';
import { MetricsReporter } from './metricsReporter';
import { DataLinks } from './network/dataLinks';
import { ResultPartitions } from './network/resultPartitions';
import { Task } from './task';
import type { TaskEnvironment, TaskManagerDependencies } from './taskEnvironment';
import { TaskLoop } from './taskLoop';

const notRunningHere = 'The subtask does not run in this TaskManager.';

export interface TaskManagerOptions extends TaskManagerDependencies {
  readonly id: TaskManagerId;
  readonly pid: number;
  readonly slots: number;
  /** What the process uses; it goes with each heartbeat. */
  readonly usage?: () => ProcessUsage;
  /** Its own; local copies lie below `localState`. */
  readonly directory: string;
  /** Address of the JobManager's listener. */
  readonly jobManager: string;
}

type Incoming<M extends ToTaskManager['m']> = Extract<ToTaskManager, { m: M }>;

/**
 * A process that runs tasks; Flink's `TaskExecutor`. It does what the JobManager says over one connection, and ends when that connection
 * does: a TaskManager without its JobManager is of no use.
 */
export class TaskManager {
  private readonly tasks = new Map<string, Task>();
  private readonly environment: TaskEnvironment;
  private readonly metrics: MetricsReporter;
  private control: ControlConnection<FromTaskManager, ToTaskManager> | undefined;
  private caches: CheckpointCacheManager | undefined;
  private listener: Listener | undefined;
  private heartbeat: Disposable | undefined;
  private over: ((error?: Error) => void) | undefined;
  /** Messages about attempts that are of the past. */
  dropped = 0;

  constructor(
    private readonly env: Env,
    private readonly options: TaskManagerOptions,
  ) {
    const partitions = new ResultPartitions(env.clock);
    const send = (message: FromTaskManager): void => this.send(message);
    this.environment = {
      env,
      taskManager: options.id,
      loadJob: options.loadJob,
      connectors: options.connectors,
      loop: new TaskLoop(env),
      partitions,
      links: new DataLinks(env, partitions),
      stateManager: (task) => CachedTaskState.create(env, task, this.caches),
      send,
    };
    this.metrics = new MetricsReporter(env.clock, () => this.tasks.values(), send);
  }

  /** Connects and works until told to stop or the connection ends. Rejects when the JobManager cannot be reached or breaks off. */
  async run(): Promise<void> {
    try {
      const error = await this.work();
      if (error !== undefined) throw error;
    } finally {
      await this.stop();
    }
  }

  /** Resolves when it is over, with the error that broke the connection. */
  private async work(): Promise<Error | undefined> {
    const { id, pid, slots, directory, jobManager } = this.options;
    this.caches = await CheckpointCacheManager.open(this.env, joinPath(directory, 'localState'));
    this.listener = await this.environment.links.listen();
    const connection = await this.env.net.connect(jobManager);
    const ended = new Promise<Error | undefined>((resolve) => (this.over = resolve));
    this.control = taskManagerEnd(connection, {
      onMessage: (message) => this.receive(message),
      onClose: (error) => this.over?.(error),
    });
    this.send({ m: 'hello', taskManager: id, pid, slots, dataAddress: this.listener.address });
    return ended;
  }

  /** The attempts that have tasks here, in whatever state. */
  attempts(): readonly AttemptRef[] {
    return [...this.tasks.values()].map(({ ref }) => ref);
  }

  /** Ends all tasks and gives everything back; local copies stay. */
  private async stop(): Promise<void> {
    this.heartbeat?.dispose();
    this.metrics.stop();
    for (const task of [...this.tasks.values()]) task.cancel();
    this.environment.links.close();
    await this.listener?.close();
    this.control?.close();
  }

  private send(message: FromTaskManager): void {
    this.control?.send(message);
  }

  private receive(message: ToTaskManager): void {
    switch (message.m) {
      case 'welcome':
        this.startHeartbeat(message.heartbeatMs);
        this.retainLocalState(message.allocations);
        this.metrics.start();
        return;
      case 'deploy':
        this.deploy(message.task);
        return;
      case 'cancel':
        this.withTask(message.ref, (task) => task.cancel());
        return;
      case 'triggerCheckpoint':
        this.withTask(message.ref, (task) => task.triggerCheckpoint(message.target));
        return;
      case 'checkpointComplete':
        this.ofJob(message.job, (task) => task.checkpointComplete(message.checkpoint, message.savepoint));
        return;
      case 'checkpointAborted':
        this.ofJob(message.job, (task) => task.checkpointAborted(message.checkpoint));
        return;
      case 'endInput':
        this.withTask(message.ref, (task) => task.endInput());
        return;
      case 'finish':
        this.withTask(message.ref, (task) => task.finish());
        return;
      case 'resume':
        for (const task of this.tasks.values()) if (task.resume(message.hold, message.how)) return;
        this.dropped++;
        return;
      case 'setStepping':
        this.withTask(message.ref, (task) => task.setStepping(message.stepping));
        return;
      case 'arm':
        this.arm(message);
        return;
      case 'disarm':
        for (const task of this.tasks.values()) if (task.disarm(message.id)) return;
        return;
      case 'query':
        this.query(message.request, message.query);
        return;
      case 'releaseJob':
        this.releaseJob(message);
        return;
      case 'shutdown':
        this.over?.();
        return;
      default:
        unreachable(message);
    }
  }

  private deploy(deployment: TaskDeployment): void {
    const key = attemptKey(deployment.ref);
    if (this.tasks.has(key)) {
      this.dropped++;
      return;
    }
    const task = new Task(this.environment, deployment, () => this.tasks.delete(key));
    this.tasks.set(key, task);
    task.start();
  }

  private withTask(ref: AttemptRef, use: (task: Task) => void): void {
    const task = this.tasks.get(attemptKey(ref));
    if (task === undefined) this.dropped++;
    else use(task);
  }

  private ofJob(job: JobId, use: (task: Task) => void): void {
    for (const task of this.tasks.values()) if (task.ref.job === job) use(task);
  }

  private arm({ id, fault }: Incoming<'arm'>): void {
    switch (fault.k) {
      case 'throwInTask':
        this.armThrow(id, fault);
        return;
      case 'declineCheckpoint':
        if (this.taskOf(fault)?.declineNextCheckpoint(id) !== true) this.faultFired(id, false, notRunningHere);
        return;
      case 'localCopy':
        this.alterLocalCopy(fault).then(
          ({ fired, outcome }) => this.faultFired(id, fired, outcome),
          (error: unknown) => this.faultFired(id, false, errorData(error).message),
        );
        return;
      default:
        unreachable(fault);
    }
  }

  private taskOf({
    job,
    operator,
    subtask,
  }: Pick<Extract<Fault, { k: 'throwInTask' }>, 'job' | 'operator' | 'subtask'>) {
    return [...this.tasks.values()].find(
      (each) => each.ref.job === job && each.ref.subtask === subtask && each.has(operator),
    );
  }

  private armThrow(id: FaultId, fault: Extract<Fault, { k: 'throwInTask' }>): void {
    const { operator, message, when } = fault;
    const task = this.taskOf(fault);
    if (task === undefined) this.faultFired(id, false, notRunningHere);
    else if (when.at === 'now') {
      this.faultFired(id, true, 'The operator threw.');
      task.throwNow(operator, message);
    } else if (!task.arm(operator, { id, message, remaining: when.count })) {
      this.faultFired(id, false, 'The subtask is not running yet.');
    }
  }

  private alterLocalCopy({
    job,
    operator,
    subtask,
    how,
  }: Extract<Fault, { k: 'localCopy' }>): ReturnType<typeof loseLocalCopy> {
    const cache = this.caches?.cacheWith(job, operator, subtask);
    const alter = how === 'lose' ? loseLocalCopy : corruptLocalCopy;
    return alter(this.env.disk, cache, operator);
  }

  private faultFired(id: FaultId, fired: boolean, outcome: string): void {
    this.send({ m: 'faultFired', id, fired, outcome });
  }

  private query(request: number, query: StateQuery): void {
    try {
      const task = this.tasks.get(attemptKey(query.ref));
      if (task === undefined) throw notHere();
      this.send({ m: 'answer', request, answer: task.query(query) });
    } catch (error) {
      this.send({ m: 'answer', request, answer: { a: 'failed', error: errorData(error) } });
    }
  }

  private retainLocalState(allocations: readonly AllocationId[]): void {
    this.caches?.retainAllocations(allocations).catch((error: unknown) => {
      this.env.log.warn('removing local copies of the past failed', { error: String(error) });
    });
  }

  private releaseJob({ job, keepLocalState }: Incoming<'releaseJob'>): void {
    this.environment.partitions.releaseJob(job);
    if (keepLocalState) return;
    this.caches?.releaseJob(job).catch((error: unknown) => {
      this.env.log.warn('removing the local copies of a job failed', { job, error: String(error) });
    });
  }

  /** Tells by how much the loop was late: a process that is busy is not dead. */
  private startHeartbeat(intervalMs: number): void {
    let expectedMs = this.env.clock.monoMs() + intervalMs;
    const beat = (): void => {
      const nowMs = this.env.clock.monoMs();
      const usage = this.options.usage?.();
      const stalledMs = Math.max(0, Math.round(nowMs - expectedMs));
      this.send({ m: 'heartbeat', stalledMs, ...(usage === undefined ? {} : { usage }) });
      expectedMs = nowMs + intervalMs;
      this.heartbeat = this.env.clock.after(intervalMs, 'real', beat);
    };
    this.heartbeat?.dispose();
    this.heartbeat = this.env.clock.after(intervalMs, 'real', beat);
  }
}

function notHere(): JobStateError {
  return new JobStateError('task.not-running', 'The task does not run in this TaskManager.', {
    domain: 'external',
    retry: 'backoff',
  });
}
