import { Output, table } from '../output';
import type { CliWorld, CommonOptions } from '../world';

/** The runtimes of this user that live, by their discovery files. The tokens stay there. */
export async function runtimes(world: CliWorld, options: CommonOptions): Promise<void> {
  const live = (await world.discover()).map(({ url, pid, folder }) => ({ url, pid, folder }));
  new Output(world, options).show(live, () =>
    live.length === 0
      ? 'There is no running runtime.'
      : table([['URL', 'PROCESS', 'FOLDER'], ...live.map(({ url, pid, folder }) => [url, String(pid), folder])]),
  );
}
