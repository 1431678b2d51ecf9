import type { Child, ChildExit, Disposable, Env } from '../base/env';
import { errorData } from '../base/errors';
import { joinPath } from '../base/files';
import { id as brand, type AllocationId, type JobId, type TaskManagerId } from '../base/ids';
import type { FromTaskManager, FromWatchdog, ToTaskManager } from '../wire/messages';
import type { TaskManagerRecord } from './records';
import type { SlotOffer } from './scheduler';
import type { JobManagerSettings } from './settings';
import {
  exitText,
  newWorker,
  processArrived,
  processEnded,
  processUses,
  respawnDelayMs,
  workerRecord,
  type ChildConnection,
  type Killing,
  type Worker,
} from './worker';

/** How the process of a TaskManager ended. */
export interface TaskManagerEnd {
  readonly taskManager: TaskManagerId;
  /** killed: by a signal · lost: with its directory · ended: by itself. */
  readonly how: 'killed' | 'lost' | 'ended';
  readonly exit: string;
  readonly injected: boolean;
}

export interface TaskManagersListener {
  message(taskManager: TaskManagerId, message: FromTaskManager): void;
  gone(end: TaskManagerEnd): void;
  /** One more is alive, or a status has changed. */
  changed(): void;
}

const lostKept = 5;

/**
 * The TaskManagers of the runtime: their processes, connections and slots. One whose process ends is started again with the same id and
 * directory, so that its slots and local state wait for their tasks; a lost one is replaced by another. Nobody is killed on suspicion,
 * unless its watchdog is silent.
 */
export class TaskManagers {
  private readonly workers = new Map<TaskManagerId, Worker>();
  private created = 0;
  private address = '';
  private closing = false;
  private monitor: Disposable | undefined;

  constructor(
    private readonly env: Env,
    private readonly settings: JobManagerSettings,
    private readonly listener: TaskManagersListener,
  ) {}

  /** Starts the processes; they connect to this address. */
  start(address: string): void {
    this.address = address;
    for (let index = 0; index < this.settings.taskManagers; index++) this.create();
    this.watch();
  }

  /** A child has said who it is. False, and nothing else, when it is none that is awaited. */
  connected(connection: ChildConnection, hello: Extract<FromTaskManager, { m: 'hello' }>): boolean {
    const worker = this.workers.get(hello.taskManager);
    if (worker?.status !== 'starting' || worker.child === undefined || worker.child.pid !== hello.pid) return false;
    processArrived(worker, connection, hello, this.env.clock.monoMs());
    const allocations = [...worker.allocated.keys()];
    connection.send({ m: 'welcome', heartbeatMs: this.settings.heartbeatMs, allocations });
    this.env.log.info('TaskManager is alive', { taskManager: worker.id, pid: hello.pid });
    this.listener.changed();
    return true;
  }

  /** A message on the connection of a TaskManager; of an older process it is dropped. */
  received(connection: ChildConnection, taskManager: TaskManagerId, message: FromTaskManager): void {
    const worker = this.workers.get(taskManager);
    if (worker?.connection !== connection) return;
    if (message.m === 'heartbeat') {
      if (message.usage !== undefined) processUses(worker, message.usage, this.env.clock.monoMs());
      this.heartbeat(worker, message.stalledMs);
    } else this.listener.message(taskManager, message);
  }

  /** The watchdog thread of a process speaks also when the main thread does not. */
  watchdog({ taskManager, pid, stalledMs }: FromWatchdog): void {
    const worker = this.workers.get(taskManager);
    if (worker?.pid === pid && worker.connection !== undefined) this.heartbeat(worker, stalledMs);
  }

  /** Without its connection a TaskManager is of no use; its exit follows. */
  disconnected(connection: ChildConnection, taskManager: TaskManagerId): void {
    const worker = this.workers.get(taskManager);
    if (worker?.connection !== connection) return;
    worker.connection = undefined;
    if (!this.closing) worker.child?.kill('SIGKILL');
  }

  /** Does nothing when it is not alive: its end has been or will be told. */
  send(taskManager: TaskManagerId, message: ToTaskManager): void {
    this.workers.get(taskManager)?.connection?.send(message);
  }

  sendToAll(message: ToTaskManager): void {
    for (const worker of this.workers.values()) worker.connection?.send(message);
  }

  isAlive(taskManager: TaskManagerId): boolean {
    return this.workers.get(taskManager)?.connection !== undefined;
  }

  dataAddress(taskManager: TaskManagerId): string | undefined {
    return this.workers.get(taskManager)?.dataAddress;
  }

  /** SIGKILL. `lose`: its directory goes too, and another TaskManager takes its place. False when there is no such process. */
  kill(taskManager: TaskManagerId, options: Killing): boolean {
    const worker = this.workers.get(taskManager);
    if (worker?.child === undefined) return false;
    worker.killing = options;
    worker.child.kill('SIGKILL');
    return true;
  }

  offers(): readonly SlotOffer[] {
    return [...this.workers.values()].map(({ id, status, slots, allocated }) => ({
      taskManager: id,
      status: status === 'stuck' ? 'alive' : status,
      slots,
      allocated,
    }));
  }

  allocate(taskManager: TaskManagerId, allocation: AllocationId, job: JobId): void {
    this.workers.get(taskManager)?.allocated.set(allocation, job);
  }

  /** Frees the slots of the job, except these. */
  free(job: JobId, except: ReadonlySet<AllocationId> = new Set()): void {
    for (const { allocated } of this.workers.values()) {
      for (const [allocation, owner] of allocated) {
        if (owner === job && !except.has(allocation)) allocated.delete(allocation);
      }
    }
  }

  records(): readonly TaskManagerRecord[] {
    return [...this.workers.values()].map(workerRecord);
  }

  /** Ends all processes; those that do not end by themselves in time are killed. Resolves when all are gone. */
  async close(timeoutMs: number): Promise<void> {
    this.closing = true;
    this.monitor?.dispose();
    const children = [...this.workers.values()].flatMap(({ child }) => child ?? []);
    const exits = children.map((child) => new Promise<void>((resolve) => child.onExit(() => resolve())));
    for (const worker of this.workers.values()) {
      if (worker.connection === undefined) worker.child?.kill('SIGKILL');
      else worker.connection.send({ m: 'shutdown' });
    }
    const timer = this.env.clock.after(timeoutMs, 'real', () => {
      for (const child of children) child.kill('SIGKILL');
    });
    await Promise.all(exits);
    timer.dispose();
  }

  private create(): void {
    this.created += 1;
    const id = brand<TaskManagerId>(`tm-${this.created}`);
    const directory = joinPath(this.settings.directory, 'taskmanagers', id);
    const worker = newWorker(id, directory, this.settings.slotsPerTaskManager);
    this.workers.set(id, worker);
    this.spawn(worker);
  }

  private spawn(worker: Worker): void {
    if (this.closing) return;
    const child = this.env.spawn({
      role: 'taskmanager',
      id: worker.id,
      jobManager: this.address,
      slots: this.settings.slotsPerTaskManager,
      directory: worker.directory,
    });
    worker.child = child;
    worker.pid = child.pid;
    child.onExit((exit) => this.exited(worker, child, exit));
  }

  private exited(worker: Worker, child: Child, exit: ChildExit): void {
    if (worker.child !== child) return;
    const killing = processEnded(worker);
    if (this.closing) return;
    const how = killing?.lose === true ? 'lost' : exit.signal === undefined ? 'ended' : 'killed';
    this.env.log.warn('TaskManager has ended', { taskManager: worker.id, how, exit: exitText(exit) });
    if (how === 'lost') this.replace(worker);
    else this.respawn(worker);
    const injected = killing?.injected === true;
    this.listener.gone({ taskManager: worker.id, how, exit: exitText(exit), injected });
    this.listener.changed();
  }

  private replace(worker: Worker): void {
    worker.status = 'lost';
    worker.allocated.clear();
    const lost = [...this.workers.values()].filter(({ status }) => status === 'lost');
    for (const { id } of lost.slice(0, Math.max(0, lost.length - lostKept))) this.workers.delete(id);
    this.env.disk.remove(worker.directory).catch((error: unknown) => {
      this.env.log.warn('the directory of a lost TaskManager could not be removed', {
        directory: worker.directory,
        error: errorData(error).message,
      });
    });
    this.create();
  }

  private respawn(worker: Worker): void {
    worker.status = 'starting';
    const delayMs = respawnDelayMs(worker, this.env.clock.monoMs());
    if (delayMs === 0) this.spawn(worker);
    else this.env.clock.after(delayMs, 'real', () => this.spawn(worker));
  }

  private heartbeat(worker: Worker, stalledMs: number): void {
    worker.lastHeartbeatMs = this.env.clock.wallMs();
    worker.heardMonoMs = this.env.clock.monoMs();
    worker.stalledMs = stalledMs;
    const status = stalledMs >= this.settings.stuckAfterMs ? 'stuck' : 'alive';
    if (worker.status === status) return;
    worker.status = status;
    this.listener.changed();
  }

  /** Looks for processes that have said hello and are silent now. When we were stopped ourselves, time starts anew. */
  private watch(): void {
    const dueMs = this.env.clock.monoMs() + this.settings.heartbeatMs;
    this.monitor = this.env.clock.after(this.settings.heartbeatMs, 'real', () => {
      const now = this.env.clock.monoMs();
      const wasStopped = now - dueMs > this.settings.heartbeatMs;
      for (const worker of this.workers.values()) {
        if (worker.heardMonoMs === undefined) continue;
        if (wasStopped) worker.heardMonoMs = now;
        else this.silent(worker, now - worker.heardMonoMs);
      }
      this.watch();
    });
  }

  /** Not even the watchdog of a process is heard: all of it stands still, and in the end it is taken for gone. */
  private silent(worker: Worker, silentMs: number): void {
    const { heartbeatMs, heartbeatTimeoutMs, stuckAfterMs } = this.settings;
    if (silentMs > heartbeatTimeoutMs) {
      this.env.log.warn('TaskManager is silent', { taskManager: worker.id, silentMs: Math.round(silentMs) });
      worker.child?.kill('SIGKILL');
      return;
    }
    if (silentMs <= heartbeatMs + stuckAfterMs) return;
    worker.stalledMs = Math.round(silentMs);
    if (worker.status !== 'alive') return;
    worker.status = 'stuck';
    this.listener.changed();
  }
}
