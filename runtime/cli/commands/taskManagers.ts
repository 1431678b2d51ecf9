import { engineOf } from '../engine';
import { Output, table } from '../output';
import type { CliWorld, CommonOptions } from '../world';

export async function taskManagers(world: CliWorld, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const all = await cluster.get('taskManagers', {});
  new Output(world, options).show(all, () =>
    all.length === 0
      ? 'There is no TaskManager.'
      : table([
          ['TASKMANAGER', 'STATUS', 'SLOTS', 'FREE', 'PROCESS'],
          ...all.map(({ id, status, slots, freeSlots, pid }) => [
            id,
            status,
            String(slots),
            String(freeSlots),
            pid === undefined ? '' : String(pid),
          ]),
        ]),
  );
}
