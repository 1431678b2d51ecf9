import type { Env, Listener } from '../base/env';
import { JobStateError } from '../base/errors';
import type { ArmedFault, Fault } from '../base/faults';
import {
  id as brand,
  type FaultId,
  type HoldId,
  type JobId,
  type RunId,
  type TaskManagerId,
  type TriggerId,
} from '../base/ids';
import type { JobEvent } from '../base/jobEvents';
import type { ResumeHow } from '../base/stepping';
import { FileSystemStateStore } from '../checkpoint/fileSystemStateStore';
import type { FromTaskManager, StateAnswer, StateQuery } from '../wire/messages';
import { ChildConnections } from './childConnections';
import { Compilers } from './compilers';
import { EventHub } from './eventHub';
import { FaultRegistry } from './faultRegistry';
import { JobMaster } from './jobMaster';
import type { JobServices } from './jobSpec';
import { Operations } from './operations';
import type { ClusterRecord, JobRecord, OperationRecord, OperationResult, TaskManagerRecord } from './records';
import type { OperationKind, RestfulGateway, SavepointRequest, SubmitRequest } from './restfulGateway';
import type { JobManagerSettings } from './settings';
import { StateQueries, taskNotRunning } from './stateQueries';
import { prepareJob } from './submission';
import { TaskManagers, type TaskManagerEnd } from './taskManagers';

const closeTimeoutMs = 2_000;

/** The JobManager: its TaskManagers, its jobs, and everything that can be asked of it; Flink's `Dispatcher` and `ResourceManager`. */
export class JobManager implements RestfulGateway {
  readonly run: RunId;
  private readonly startMs: number;
  private readonly hub: EventHub;
  private readonly taskManagerPool: TaskManagers;
  private readonly compilers: Compilers;
  private readonly requests: Operations;
  private readonly queries: StateQueries;
  private readonly faultRegistry: FaultRegistry;
  private readonly masters = new Map<JobId, JobMaster>();
  private listening: Promise<Listener> | undefined;

  constructor(
    private readonly env: Env,
    private readonly settings: JobManagerSettings,
  ) {
    this.run = brand<RunId>(env.random.hex(8));
    this.startMs = env.clock.wallMs();
    this.hub = new EventHub(env.clock);
    this.taskManagerPool = new TaskManagers(env, settings, {
      message: (taskManager, message) => this.fromTaskManager(taskManager, message),
      gone: (end) => this.taskManagerGone(end),
      changed: () => this.taskManagersChanged(),
    });
    this.compilers = new Compilers(env, settings.compileTimeoutMs);
    this.requests = new Operations(env.clock);
    this.queries = new StateQueries(this.taskManagerPool);
    this.faultRegistry = new FaultRegistry(env.random, this.taskManagerPool, this.hub, (job) => this.master(job));
  }

  /** Listens for its children and starts them; they come when they come. The compiler first: TaskManagers have time until it is done. */
  async start(): Promise<void> {
    const children = new ChildConnections(this.taskManagerPool, this.compilers, this.env.log);
    this.listening = this.env.net.listen('jm', (connection) => children.accept(connection));
    const { address } = await this.listening;
    this.compilers.start(address);
    this.taskManagerPool.start(address);
  }

  /** Ends all children; jobs are not cancelled, so that their checkpoints stay. Resolves when nothing is left running. */
  async close(): Promise<void> {
    this.hub.close();
    this.compilers.close();
    await Promise.all([...this.masters.values()].map((master) => master.close()));
    await this.taskManagerPool.close(closeTimeoutMs);
    await (await this.listening)?.close();
  }

  cluster(): ClusterRecord {
    const alive = this.taskManagers().filter(({ status }) => status === 'alive' || status === 'stuck');
    return {
      startMs: this.startMs,
      taskManagers: alive.length,
      slots: alive.reduce((sum, { slots }) => sum + slots, 0),
      freeSlots: alive.reduce((sum, { freeSlots }) => sum + freeSlots, 0),
    };
  }

  jobs(): readonly JobRecord[] {
    return [...this.masters.values()].map(({ record }) => record);
  }

  job(job: JobId): JobRecord {
    return this.master(job).record;
  }

  taskManagers(): readonly TaskManagerRecord[] {
    return this.taskManagerPool.records();
  }

  async submit(request: SubmitRequest): Promise<JobId> {
    if (this.listening === undefined)
      throw new JobStateError('internal.not-started', 'The JobManager has not started.');
    await this.listening;
    const { env, settings } = this;
    const spec = await prepareJob(brand<JobId>(env.random.hex(16)), request, {
      env,
      settings,
      compilers: this.compilers,
      slots: settings.taskManagers * settings.slotsPerTaskManager,
    });
    const master = new JobMaster(this.services(), spec);
    this.masters.set(spec.id, master);
    this.hub.publish({ e: 'jobs' });
    master.start();
    return spec.id;
  }

  cancel(job: JobId): void {
    const master = this.master(job);
    const { status } = master.record;
    if (status === 'CANCELED') return;
    if (master.hasEnded) throw hasEnded(status);
    master.cancel();
  }

  triggerSavepoint(job: JobId, { triggerId, directory, thenStop }: SavepointRequest): void {
    this.requests.start('savepoint', triggerId, async (): Promise<OperationResult> => {
      const master = this.runningMaster(job);
      const target = directory ?? master.record.savepointDirectory;
      const startMs = this.env.clock.wallMs();
      const savepoint = await (thenStop ? master.stopWithSavepoint(target) : master.triggerSavepoint(target));
      const tookMs = this.env.clock.wallMs() - startMs;
      return { k: 'savepoint', path: savepoint.directory, sizeBytes: savepoint.stateSizeBytes, tookMs };
    });
  }

  triggerCheckpoint(job: JobId, triggerId: TriggerId): void {
    this.requests.start('checkpoint', triggerId, async (): Promise<OperationResult> => {
      const checkpoint = await this.runningMaster(job).triggerCheckpoint();
      return { k: 'checkpoint', checkpoint: checkpoint.id };
    });
  }

  disposeSavepoint(path: string, triggerId: TriggerId): void {
    this.requests.start('disposal', triggerId, async (): Promise<OperationResult> => {
      const store = new FileSystemStateStore(this.env.disk, this.env.log);
      const { directory } = await store.getState(path);
      await store.disposeState(path);
      for (const master of this.masters.values()) master.savepointDisposed(directory);
      return { k: 'disposed' };
    });
  }

  operation(kind: OperationKind, triggerId: TriggerId): OperationRecord | undefined {
    return this.requests.get(kind, triggerId);
  }

  holdNextRecovery(job: JobId, hold: boolean): void {
    this.master(job).holdNextRecovery(hold);
  }

  resume(job: JobId, hold: HoldId | undefined, how: ResumeHow): void {
    this.master(job).resume(hold, how);
  }

  inject(fault: Fault): FaultId {
    return this.faultRegistry.inject(fault);
  }

  disarm(fault: FaultId): void {
    this.faultRegistry.disarm(fault);
  }

  faults(): readonly ArmedFault[] {
    return this.faultRegistry.records;
  }

  query(job: JobId, query: StateQuery): Promise<StateAnswer> {
    const place = this.master(job).placeOf(query.ref);
    if (place === undefined) return Promise.reject(taskNotRunning());
    return this.queries.ask(place.taskManager, { ...query, ref: place.ref });
  }

  events(after: number): AsyncIterableIterator<JobEvent> {
    return this.hub.after(after);
  }

  private fromTaskManager(taskManager: TaskManagerId, message: FromTaskManager): void {
    switch (message.m) {
      case 'taskState':
      case 'acknowledge':
      case 'decline':
      case 'inputExhausted':
      case 'dataFinished':
        this.masters.get(message.ref.job)?.received(taskManager, message);
        return;
      case 'step':
        this.masters.get(message.scope.job)?.received(taskManager, message);
        return;
      case 'metrics':
        for (const master of this.masters.values()) {
          const tasks = message.tasks.filter(({ ref }) => ref.job === master.id);
          if (tasks.length > 0) master.received(taskManager, { m: 'metrics', tasks });
        }
        return;
      case 'faultFired':
        this.faultRegistry.fired(message.id, message.fired, message.outcome);
        return;
      case 'answer':
        this.queries.answered(message);
        return;
      case 'hello':
      case 'heartbeat':
        return;
    }
  }

  private taskManagerGone(end: TaskManagerEnd): void {
    this.queries.taskManagerGone(end.taskManager);
    this.faultRegistry.taskManagerGone(end.taskManager);
    for (const master of this.masters.values()) master.taskManagerGone(end);
  }

  private taskManagersChanged(): void {
    this.hub.publish({ e: 'taskManagers' });
    for (const master of this.masters.values()) master.taskManagersChanged();
  }

  private services(): JobServices {
    return {
      env: this.env,
      settings: this.settings,
      run: this.run,
      hub: this.hub,
      taskManagers: this.taskManagerPool,
      jobOver: (job) => {
        this.taskManagerPool.sendToAll({ m: 'releaseJob', job, keepLocalState: false });
        this.taskManagerPool.free(job);
        this.taskManagersChanged();
        this.hub.publish({ e: 'jobs' });
      },
    };
  }

  private master(job: JobId): JobMaster {
    const master = this.masters.get(job);
    if (master === undefined) {
      throw new JobStateError('job.not-found', `There is no job ${job}.`, {
        domain: 'user',
        advice: 'Look at the list of jobs.',
      });
    }
    return master;
  }

  private runningMaster(job: JobId): JobMaster {
    const master = this.master(job);
    if (master.hasEnded) throw hasEnded(master.record.status);
    return master;
  }
}

function hasEnded(status: string): JobStateError {
  return new JobStateError('job.has-ended', `The job has ended: it is ${status}.`, { domain: 'user' });
}
