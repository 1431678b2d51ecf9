import type { JobSummary } from '../../cluster/model';
import { engineOf } from '../engine';
import { Output, table, timeText } from '../output';
import type { CliWorld, CommonOptions } from '../world';

export async function jobs(world: CliWorld, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const all = await cluster.get('jobs', {});
  new Output(world, options).show(all, () =>
    all.length === 0 ? 'There is no job.' : table([['JOB', 'NAME', 'STATUS', 'STARTED'], ...all.map(jobRow)]),
  );
}

function jobRow({ id, name, status, startMs }: JobSummary): readonly string[] {
  return [id, name, status, timeText(startMs)];
}
