import { JobStateError } from '../../runtime/base/errors';
import type { Fault } from '../../runtime/base/faults';
import type { JobId, OperatorId } from '../../runtime/base/ids';
import type { OperatorKind } from '../../runtime/graph/streamGraph';
import { operatorIdOfUid } from '../../runtime/graph/operatorIds';
import type { SeededRandom } from './random';
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

type OperatorFault = Extract<FaultKind, 'throwNow' | 'throwAtRecord' | 'corruptLocalCopy' | 'loseLocalCopy'>;
type MachineFault = Exclude<FaultKind, OperatorFault>;

export const countOperator: OperatorId = operatorIdOfUid('count');

/** Failures of functions come oftener than each of the others, because there are so many kinds of functions. */
export function randomFault(random: SeededRandom): FaultKind {
  return random.chance(0.25) ? random.pick(['throwNow', 'throwAtRecord']) : random.pick(faultKinds);
}

/**
 * Strikes once; false when there is nothing now that it could hit. Faults of disk and sinks end by themselves after a while of virtual
 * time.
 */
export function strike(world: World, job: JobId, kind: FaultKind): boolean {
  const hit = isOperatorFault(kind) ? strikeOperator(world, job, kind) : strikeMachine(world, kind);
  if (hit) world.trace(`fault: ${kind}`);
  return hit;
}

function isOperatorFault(kind: FaultKind): kind is OperatorFault {
  return kind.startsWith('throw') || kind.endsWith('LocalCopy');
}

/** Any subtask of any operator, each kind of operator as often as the others. */
function strikeOperator(world: World, job: JobId, kind: OperatorFault): boolean {
  const { random } = world;
  const copies = kind === 'corruptLocalCopy' || kind === 'loseLocalCopy';
  const all = world
    .record(job)
    .graph.vertices.flatMap(({ operators, parallelism }) =>
      operators.map(({ operatorId, kind: operatorKind }) => ({ operatorId, operatorKind, parallelism })),
    );
  const kinds = [...new Set(all.map(({ operatorKind }) => operatorKind))];
  const wanted = anyOf(world, copies ? kinds.filter((each) => keyedKinds.has(each)) : kinds);
  const chosen = anyOf(
    world,
    all.filter(({ operatorKind }) => operatorKind === wanted),
  );
  if (chosen === undefined) return false;
  const target = { job, operator: chosen.operatorId, subtask: random.below(chosen.parallelism) };
  return inject(world, faultOf(kind, target, 1 + random.below(200)));
}

function faultOf(
  kind: OperatorFault,
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

/** May have keyed state, and so local copies. */
const keyedKinds: ReadonlySet<OperatorKind> = new Set([
  'keyedProcess',
  'window',
  'reduce',
  'coProcess',
  'broadcastProcess',
]);

function strikeMachine(world: World, kind: MachineFault): boolean {
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
