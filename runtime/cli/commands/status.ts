import { engineOf } from '../engine';
import { Output } from '../output';
import type { CliWorld, CommonOptions } from '../world';

/** The engine itself: what it is, where it is, what is free. */
export async function status(world: CliWorld, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const overview = await cluster.get('overview', {});
  const { url, engine } = cluster;
  new Output(world, options).show({ url, engine, ...overview }, () => [
    `${engine === 'embedded' ? 'runtime' : 'Apache Flink'} ${overview.version} at ${url}`,
    `${overview.taskManagers} TaskManagers, ${overview.freeSlots} of ${overview.slots} slots free`,
  ]);
}
