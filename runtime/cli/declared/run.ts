import type { RunJobOptions } from '../commands/run';
import { asCount, asNumber } from '../numbers';
import { command, examples, type Declaring } from './common';

export function declareRun({ program, world, ends }: Declaring): void {
  const run = command(program, 'run', 'run a job, in the running runtime or in one of its own, until it ends or Ctrl-C')
    .argument('<job.ts>', 'the file of the job')
    .option('--from <snapshot>', 'savepoint or checkpoint to start from')
    .option('--parallelism <n>', 'default parallelism of the operators', asCount)
    .option('--rows-per-second <n>', 'rate of every source', asNumber)
    .option('--hold-recovery', 'hold the start before its first step')
    .option('--detach', 'leave the job to the running runtime')
    .option('--task-managers <n>', 'processes of a runtime that is started', asCount, 2)
    .option('--slots <n>', 'slots of each of them', asCount, 2);
  examples(
    run,
    'run flights.ts --parallelism 2',
    'run flights.ts --from .job-state/savepoints/savepoint-d376f8-0123456789ab',
  );
  run.action(async (file: string, options: RunJobOptions) =>
    ends(await (await import('../commands/run')).runJob(world, file, options)),
  );
}
