import type { CommonOptions } from '../world';
import { bare, command, type Declaring } from './common';

/** Engines and their processes. */
export function declareEngines({ program, world }: Declaring): void {
  bare(program, 'runtimes', 'list the running runtimes of this user')
    .option('--json', 'print data instead of text')
    .action(async (options: CommonOptions) => (await import('../commands/runtimes')).runtimes(world, options));
  command(program, 'status', 'show the engine: version, TaskManagers, slots').action(async (options: CommonOptions) =>
    (await import('../commands/status')).status(world, options),
  );
  command(program, 'task-managers', 'list the TaskManagers').action(async (options: CommonOptions) =>
    (await import('../commands/taskManagers')).taskManagers(world, options),
  );
}
