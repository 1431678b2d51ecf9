import { engineOf } from '../engine';
import { Output } from '../output';
import type { CliWorld, CommonOptions } from '../world';

/** Deletes a savepoint with its files. Its path is the engine's, which may be on another machine: it goes there as it is typed. */
export async function dispose(world: CliWorld, path: string, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  await cluster.run('disposeSavepoint', { path });
  new Output(world, options).show({ disposed: path }, () => `${path} is deleted.`);
}
