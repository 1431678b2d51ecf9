import { JobStateError } from '../../runtime/base/errors';
import type { Fault } from '../../runtime/base/faults';
import type { JobId, OperatorId } from '../../runtime/base/ids';
import type { OperatorKind } from '../../runtime/graph/streamGraph';
import { operatorIdOfUid } from '../../runtime/graph/operatorIds';
import type { World } from './world';

/** What can go wrong, by name; each does one real thing to the machine. */
export const faultKinds = [
  'kill',
  'killProcess',
  'lose',
  'throwNow',
  'throwAtRecord',
  'cutConnection',
  'diskFull',
  'diskReadOnly',
  'slowDisk',
  'slowSinks',
  'stall',
  'freeze',
  'stallJobManager',
  'corruptLocalCopy',
  'loseLocalCopy',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** Those that hit an operator. */
export const operatorFaultKinds = [
  'throwNow',
  'throwAtRecord',
  'corruptLocalCopy',
  'loseLocalCopy',
] as const satisfies readonly FaultKind[];

export const countOperator: OperatorId = operatorIdOfUid('count');

/** What a fault has struck: the machine, or an operator of this kind. */
export type Struck = 'machine' | OperatorKind;

/**
 * Strikes once; undefined when there is nothing now that it could hit. Faults of disk and sinks end by themselves after a while of virtual
 * time.
 */
export function strike(world: World, job: JobId, kind: FaultKind): Struck | undefined {
  const struck = isOperatorFault(kind) ? strikeOperator(world, job, kind) : strikeMachine(world, kind);
  if (struck !== undefined) world.trace(`fault: ${kind} (${struck})`);
  return struck;
}

type OperatorFaultKind = (typeof operatorFaultKinds)[number];

function isOperatorFault(kind: FaultKind): kind is OperatorFaultKind {
  return operatorFaultKinds.some((each) => each === kind);
}

/** Any subtask of any operator. */
function strikeOperator(world: World, job: JobId, kind: OperatorFaultKind): Struck | undefined {
  const { random } = world;
  const copies = kind === 'corruptLocalCopy' || kind === 'loseLocalCopy';
  const operators = world
    .record(job)
    .graph.vertices.flatMap(({ operators, parallelism }) =>
      operators.map(({ operatorId, kind: operatorKind }) => ({ operatorId, operatorKind, parallelism })),
    )
    .filter(({ operatorKind }) => !copies || keyedKinds.has(operatorKind));
  const { operatorId: operator, operatorKind, parallelism } = anyOf(world, operators) ?? noOperator();
  const target = { job, operator, subtask: random.below(parallelism) };
  return inject(world, faultOf(kind, target, 1 + random.below(200))) ? operatorKind : undefined;
}

function faultOf(
  kind: OperatorFaultKind,
  target: { readonly job: JobId; readonly operator: OperatorId; readonly subtask: number },
  count: number,
): Fault {
  const thrown = { k: 'throwInTask', ...target, message: 'on purpose' } as const;
  switch (kind) {
    case 'throwNow':
      return { ...thrown, when: { at: 'now' } };
    case 'throwAtRecord':
      return { ...thrown, when: { at: 'record', count } };
    case 'corruptLocalCopy':
      return { k: 'localCopy', how: 'corrupt', ...target };
    case 'loseLocalCopy':
      return { k: 'localCopy', how: 'lose', ...target };
  }
}

function noOperator(): never {
  throw new Error('a job without operators');
}

/** May have keyed state, and so local copies. */
const keyedKinds: ReadonlySet<OperatorKind> = new Set([
  'keyedProcess',
  'window',
  'reduce',
  'coProcess',
  'broadcastProcess',
]);

function strikeMachine(world: World, kind: Exclude<FaultKind, OperatorFaultKind>): Struck | undefined {
  return attempt(world, kind) ? 'machine' : undefined;
}

function attempt(world: World, kind: Exclude<FaultKind, OperatorFaultKind>): boolean {
  const { random, fs, schedule } = world;
  switch (kind) {
    case 'kill':
    case 'lose': {
      const victim = anyOf(
        world,
        world.jobManager.taskManagers().filter(({ status }) => status === 'alive'),
      );
      if (victim === undefined) return false;
      return inject(world, { k: 'killTaskManager', taskManager: victim.id, lose: kind === 'lose' });
    }
    case 'killProcess': {
      const victim = anyOf(world, world.aliveTaskManagers());
      victim?.process.crash();
      return victim !== undefined;
    }
    case 'cutConnection': {
      const victim = anyOf(world, [...world.board.open]);
      victim?.cut();
      return victim !== undefined;
    }
    case 'stall': {
      const victim = anyOf(world, world.aliveTaskManagers());
      victim?.process.stall(random.between(20, 900));
      return victim !== undefined;
    }
    case 'diskFull':
      fs.full = true;
      schedule.at(random.between(20, 300), () => (fs.full = false));
      return true;
    case 'diskReadOnly':
      fs.readOnly = true;
      schedule.at(random.between(5, 100), () => (fs.readOnly = false));
      return true;
    case 'slowDisk':
      fs.slowness = 30;
      schedule.at(random.between(50, 500), () => (fs.slowness = 1));
      return true;
    case 'slowSinks':
      world.sinkSpeed.batchMs = random.between(20, 200);
      schedule.at(random.between(50, 500), () => (world.sinkSpeed.batchMs = 0));
      return true;
    case 'freeze': {
      const victim = anyOf(world, world.aliveTaskManagers());
      victim?.process.freeze(random.between(50, 1_300));
      return victim !== undefined;
    }
    case 'stallJobManager':
      world.jobManagerProcess.stall(random.between(20, 600));
      return true;
  }
}

function inject(world: World, fault: Fault): boolean {
  try {
    world.jobManager.inject(fault);
    return true;
  } catch (error) {
    if (error instanceof JobStateError && error.code === 'fault.no-target') return false;
    throw error;
  }
}

function anyOf<T>(world: World, items: readonly T[]): T | undefined {
  return items[world.random.below(items.length)];
}
