import type { Child, ChildExit } from '../base/env';
import type { AllocationId, JobId, TaskManagerId } from '../base/ids';
import type { ProcessUsage } from '../base/processUsage';
import type { ControlConnection, FromChild, ToChild } from '../wire/control';
import type { FromTaskManager } from '../wire/messages';
import type { TaskManagerRecord } from './records';

export type ChildConnection = ControlConnection<ToChild, FromChild>;

/** Why a process is being killed: as a loss of its directory, too? as an injected failure? */
export interface Killing {
  readonly lose: boolean;
  readonly injected: boolean;
}

/** A TaskManager as the JobManager knows it, over all the processes that it has been; Flink's `WorkerRegistration`. */
export interface Worker {
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
  /** On the monotonic clock; undefined while no process has said hello. */
  heardMonoMs: number | undefined;
  stalledMs: number;
  usage: { readonly now: ProcessUsage; readonly cpuLoad: number; readonly atMonoMs: number } | undefined;
  readonly respawnedMonoMs: number[];
  respawns: number;
  killing: Killing | undefined;
}

/** As many respawns within this time are made at once; each further one waits twice as long. */
const floodWindowMs = 60_000;
const respawnsAtOnce = 4;
const firstBackoffMs = 250;
const longestBackoffMs = 10_000;

/** One whose process is to be started. */
export function newWorker(id: TaskManagerId, directory: string, slots: number): Worker {
  return {
    id,
    directory,
    status: 'starting',
    child: undefined,
    connection: undefined,
    pid: undefined,
    slots,
    allocated: new Map(),
    dataAddress: undefined,
    lastHeartbeatMs: undefined,
    heardMonoMs: undefined,
    stalledMs: 0,
    usage: undefined,
    respawnedMonoMs: [],
    respawns: 0,
    killing: undefined,
  };
}

/** Its process has said hello. */
export function processArrived(
  worker: Worker,
  connection: ChildConnection,
  hello: Extract<FromTaskManager, { m: 'hello' }>,
  nowMonoMs: number,
): void {
  worker.status = 'alive';
  worker.connection = connection;
  worker.pid = hello.pid;
  worker.slots = hello.slots;
  worker.dataAddress = hello.dataAddress;
  worker.heardMonoMs = nowMonoMs;
  worker.stalledMs = 0;
}

/** Its process tells what it uses; what it has used of a CPU since the last time is its load. */
export function processUses(worker: Worker, now: ProcessUsage, atMonoMs: number): void {
  const { usage } = worker;
  const spanMs = usage === undefined ? 0 : atMonoMs - usage.atMonoMs;
  const cpuLoad = usage === undefined || spanMs <= 0 ? 0 : Math.max(0, (now.cpuMs - usage.now.cpuMs) / spanMs);
  worker.usage = { now, cpuLoad, atMonoMs };
}

/** Its process is gone. Returns why it was killed, when somebody here did. */
export function processEnded(worker: Worker): Killing | undefined {
  const { killing } = worker;
  worker.killing = undefined;
  worker.child = undefined;
  worker.connection?.close();
  worker.connection = undefined;
  worker.pid = undefined;
  worker.dataAddress = undefined;
  worker.stalledMs = 0;
  worker.usage = undefined;
  worker.heardMonoMs = undefined;
  return killing;
}

/** Counts a respawn; returns how long it has to wait, so that a process that ends at once is not started all the time. */
export function respawnDelayMs(worker: Worker, nowMonoMs: number): number {
  worker.respawns += 1;
  worker.respawnedMonoMs.push(nowMonoMs);
  while ((worker.respawnedMonoMs[0] ?? nowMonoMs) < nowMonoMs - floodWindowMs) worker.respawnedMonoMs.shift();
  const tooMany = worker.respawnedMonoMs.length - respawnsAtOnce;
  return tooMany <= 0 ? 0 : Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tooMany - 1));
}

export function workerRecord(worker: Worker): TaskManagerRecord {
  return {
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
    ...(worker.usage === undefined ? {} : { usage: { ...worker.usage.now, cpuLoad: worker.usage.cpuLoad } }),
    respawns: worker.respawns,
  };
}

/** How a process ended, in words: the signal, or the exit code and the last line that it printed. */
export function exitText(exit: ChildExit): string {
  const how = exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
  const lastLine = exit.lastOutput.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return lastLine === '' || exit.signal !== undefined ? how : `${how}, ${lastLine.slice(0, 300)}`;
}
