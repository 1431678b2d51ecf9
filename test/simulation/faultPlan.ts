import { id, type JobId, type OperatorId, type TaskManagerId } from '../../runtime/base/ids';
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
  | 'slowDisk'
  | 'corruptLocalCopy'
  | 'loseLocalCopy';

export const faultKinds: readonly FaultKind[] = [
  'kill',
  'killProcess',
  'lose',
  'throwNow',
  'throwAtRecord',
  'cutConnection',
  'diskFull',
  'slowDisk',
  'corruptLocalCopy',
  'loseLocalCopy',
];

const countOperator: OperatorId = operatorIdOfUid('count');

/** Strikes once. Faults of the disk end by themselves after a while of virtual time. */
export function strike(world: World, job: JobId, kind: FaultKind): void {
  const { random, jobManager } = world;
  const subtask = random.below(2);
  world.trace(`fault: ${kind}`);
  switch (kind) {
    case 'kill':
    case 'lose': {
      const alive = jobManager.taskManagers().filter(({ status }) => status === 'alive');
      const victim = alive[random.below(alive.length)];
      if (victim !== undefined)
        jobManager.inject({ k: 'killTaskManager', taskManager: victim.id, lose: kind === 'lose' });
      return;
    }
    case 'killProcess': {
      const alive = world.aliveTaskManagers();
      alive[random.below(alive.length)]?.process.crash();
      return;
    }
    case 'throwNow':
    case 'throwAtRecord': {
      const when =
        kind === 'throwNow' ? ({ at: 'now' } as const) : ({ at: 'record', count: 1 + random.below(200) } as const);
      jobManager.inject({ k: 'throwInTask', job, operator: countOperator, subtask, message: 'on purpose', when });
      return;
    }
    case 'cutConnection': {
      const open = [...world.board.open];
      open[random.below(open.length)]?.cut();
      return;
    }
    case 'diskFull':
      world.fs.full = true;
      world.schedule.at(random.between(20, 300), () => (world.fs.full = false));
      return;
    case 'slowDisk':
      world.fs.slowness = 30;
      world.schedule.at(random.between(50, 500), () => (world.fs.slowness = 1));
      return;
    case 'corruptLocalCopy':
    case 'loseLocalCopy':
      jobManager.inject({
        k: 'localCopy',
        how: kind === 'loseLocalCopy' ? 'lose' : 'corrupt',
        job,
        operator: countOperator,
        subtask,
      });
  }
}

/** A process's name as the id of a TaskManager. */
export function taskManagerId(name: string): TaskManagerId {
  return id<TaskManagerId>(name);
}
