import type { Child, ChildExit, Disposable, Env } from '../base/env';
import { errorData } from '../base/errors';
import { joinPath } from '../base/files';
import { id as brand, type AllocationId, type JobId, type TaskManagerId } from '../base/ids';
import type { ControlConnection, FromChild } from '../wire/control';
import type { FromTaskManager, FromWatchdog, ToTaskManager } from '../wire/messages';
import type { TaskManagerRecord } from './records';
import type { SlotOffer } from './scheduler';
import type { JobManagerSettings } from './settings';

export type ChildConnection = ControlConnection<ToTaskManager, FromChild>;

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

interface Worker {
  readonly id: TaskManagerId;
  readonly directory: string;
  status: TaskManagerRecord['status'];
  child: Child | undefined;
  connection: ChildConnection | undefined;
  pid: number | undefined;
  slots: number;
  readonly allocated: Map<AllocationId, JobId>;
  dataAddress: string | undefined;
  lastHeartbeatMs: number | undefined;
  heardMonoMs: number | undefined;
  stalledMs: number;
  readonly respawnedMonoMs: number[];
  respawns: number;
  killing: { readonly lose: boolean; readonly injected: boolean } | undefined;
}

/** As many respawns within this time are made at once; each further one waits twice as long. */
const floodWindowMs = 60_000;
const respawnsAtOnce = 4;
const firstBackoffMs = 250;
const longestBackoffMs = 10_000;
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
    worker.status = 'alive';
    worker.connection = connection;
    worker.pid = hello.pid;
    worker.slots = hello.slots;
    worker.dataAddress = hello.dataAddress;
    worker.heardMonoMs = undefined;
    worker.stalledMs = 0;
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
    if (message.m === 'heartbeat') this.heartbeat(worker, message.stalledMs);
    else this.listener.message(taskManager, message);
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
  kill(taskManager: TaskManagerId, options: { readonly lose: boolean; readonly injected: boolean }): boolean {
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
    return [...this.workers.values()].map((worker) => ({
      id: worker.id,
      status: worker.status,
      ...(worker.pid === undefined ? {} : { pid: worker.pid }),
      slots: worker.slots,
      freeSlots: worker.status === 'alive' || worker.status === 'stuck' ? worker.slots - worker.allocated.size : 0,
      allocated: [...worker.allocated].map(([allocation, job]) => ({ allocation, job })),
      directory: worker.directory,
      ...(worker.dataAddress === undefined ? {} : { dataAddress: worker.dataAddress }),
      ...(worker.lastHeartbeatMs === undefined ? {} : { lastHeartbeatMs: worker.lastHeartbeatMs }),
      stalledMs: worker.stalledMs,
      respawns: worker.respawns,
    }));
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
    const worker: Worker = {
      id,
      directory: joinPath(this.settings.directory, 'taskmanagers', id),
      status: 'starting',
      child: undefined,
      connection: undefined,
      pid: undefined,
      slots: this.settings.slotsPerTaskManager,
      allocated: new Map(),
      dataAddress: undefined,
      lastHeartbeatMs: undefined,
      heardMonoMs: undefined,
      stalledMs: 0,
      respawnedMonoMs: [],
      respawns: 0,
      killing: undefined,
    };
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
    const killing = worker.killing;
    worker.killing = undefined;
    worker.child = undefined;
    worker.connection?.close();
    worker.connection = undefined;
    worker.pid = undefined;
    worker.dataAddress = undefined;
    worker.stalledMs = 0;
    worker.heardMonoMs = undefined;
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
    worker.respawns += 1;
    const now = this.env.clock.monoMs();
    worker.respawnedMonoMs.push(now);
    while ((worker.respawnedMonoMs[0] ?? now) < now - floodWindowMs) worker.respawnedMonoMs.shift();
    const tooMany = worker.respawnedMonoMs.length - respawnsAtOnce;
    if (tooMany <= 0) {
      this.spawn(worker);
      return;
    }
    const delayMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tooMany - 1));
    this.env.clock.after(delayMs, 'real', () => this.spawn(worker));
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

  /** A watchdog that was heard and is silent now: the process is gone or stopped. When we were stopped ourselves, time starts anew. */
  private watch(): void {
    const dueMs = this.env.clock.monoMs() + this.settings.heartbeatMs;
    this.monitor = this.env.clock.after(this.settings.heartbeatMs, 'real', () => {
      const now = this.env.clock.monoMs();
      const wasStopped = now - dueMs > this.settings.heartbeatMs;
      for (const worker of this.workers.values()) {
        if (worker.heardMonoMs === undefined) continue;
        if (wasStopped) worker.heardMonoMs = now;
        else if (worker.child !== undefined && now - worker.heardMonoMs > this.settings.heartbeatTimeoutMs) {
          this.env.log.warn('TaskManager is silent', { taskManager: worker.id });
          worker.child.kill('SIGKILL');
        }
      }
      this.watch();
    });
  }
}

function exitText(exit: ChildExit): string {
  const how = exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
  const lastLine = exit.lastOutput.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return lastLine === '' || exit.signal !== undefined ? how : `${how}, ${lastLine.slice(0, 300)}`;
}
