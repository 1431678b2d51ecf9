import { JobStateError } from '../../runtime/base/errors';
import type { Fault } from '../../runtime/base/faults';
import type { JobId, OperatorId } from '../../runtime/base/ids';
import { operatorIdOfUid } from '../../runtime/graph/operatorIds';
import type { World } from './world';

/** What can go wrong, by name; each does one real thing to the machine. */
export type FaultKind =
  | 'kill'
  | 'killProcess'
  | 'lose'
  | 'throwNow'
  | 'throwAtRecord'
  | 'cutConnection'
  | 'diskFull'
  | 'diskReadOnly'
  | 'slowDisk'
  | 'stall'
  | 'corruptLocalCopy'
  | 'loseLocalCopy';

export const faultKinds: readonly [FaultKind, ...FaultKind[]] = [
  'kill',
  'killProcess',
  'lose',
  'throwNow',
  'throwAtRecord',
  'cutConnection',
  'diskFull',
  'diskReadOnly',
  'slowDisk',
  'stall',
  'corruptLocalCopy',
  'loseLocalCopy',
];

export const countOperator: OperatorId = operatorIdOfUid('count');

/** Strikes once; false when there is nothing now that it could hit. Faults of the disk end by themselves after a while of virtual time. */
export function strike(world: World, job: JobId, kind: FaultKind): boolean {
  const hit = attempt(world, job, kind);
  if (hit) world.trace(`fault: ${kind}`);
  return hit;
}

function attempt(world: World, job: JobId, kind: FaultKind): boolean {
  const { random, fs, schedule } = world;
  const subtask = random.below(2);
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
    case 'throwNow':
    case 'throwAtRecord': {
      const when =
        kind === 'throwNow' ? ({ at: 'now' } as const) : ({ at: 'record', count: 1 + random.below(200) } as const);
      return inject(world, { k: 'throwInTask', job, operator: countOperator, subtask, message: 'on purpose', when });
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
    case 'corruptLocalCopy':
    case 'loseLocalCopy': {
      const how = kind === 'loseLocalCopy' ? 'lose' : 'corrupt';
      return inject(world, { k: 'localCopy', how, job, operator: countOperator, subtask });
    }
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
