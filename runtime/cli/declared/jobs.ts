import type { CheckpointsOptions } from '../commands/checkpoints';
import type { SavepointOptions } from '../commands/savepoint';
import { asId } from '../numbers';
import type { CommonOptions, JobOptions, PageOptions } from '../world';
import { command, examples, inPages, ofJob, type Declaring } from './common';

/** Jobs: what they are and how they do. */
export function declareJobs({ program, world, ends }: Declaring): void {
  command(program, 'jobs', 'list the jobs').action(async (options: CommonOptions) =>
    (await import('../commands/jobs')).jobs(world, options),
  );
  ofJob(program, 'job', 'show one job: tasks, checkpoints in numbers, what is held, why it failed').action(
    async (options: JobOptions) => (await import('../commands/job')).showJob(world, options),
  );
  ofJob(program, 'operators', 'list the operators of a job with their states').action(async (options: JobOptions) =>
    (await import('../commands/operators')).operators(world, options),
  );
  const exceptions = inPages(ofJob(program, 'exceptions', 'list what went wrong in a job, the newest first'), 20);
  exceptions.action(async (options: JobOptions & PageOptions) =>
    (await import('../commands/exceptions')).exceptions(world, options),
  );
  const watch = ofJob(program, 'watch', 'follow a job until it ends or Ctrl-C; ends as the job does');
  examples(watch, 'watch', 'watch --job flights --json | jq .e');
  watch.action(async (options: JobOptions) => ends(await (await import('../commands/watch')).watch(world, options)));
  ofJob(program, 'cancel', 'cancel a job').action(async (options: JobOptions) =>
    (await import('../commands/cancel')).cancel(world, options),
  );
}

/** Checkpoints and savepoints. */
export function declareCheckpoints({ program, world }: Declaring): void {
  const list = ofJob(program, 'checkpoints', 'list the checkpoints of a job, or show one with its copies')
    .argument('[checkpoint]', 'the number of one, checkpoint or savepoint', asId)
    .option('--savepoints', 'list its savepoints instead');
  examples(inPages(list, 20), 'checkpoints --limit 5', 'checkpoints 12');
  list.action(async (checkpoint: number | undefined, options: CheckpointsOptions) =>
    (await import('../commands/checkpoints')).checkpoints(world, checkpoint, options),
  );
  ofJob(program, 'checkpoint', 'take a checkpoint now').action(async (options: JobOptions) =>
    (await import('../commands/checkpoint')).checkpoint(world, options),
  );
  for (const thenStop of [false, true]) {
    const [name, description] = thenStop ? ['stop', 'stop a job with a savepoint'] : ['savepoint', 'take a savepoint'];
    const savepoint = ofJob(program, name, description).option('--directory <path>', 'where it is made');
    examples(savepoint, `${name} --directory backups`);
    savepoint.action(async (options: SavepointOptions) =>
      (await import('../commands/savepoint')).savepoint(world, options, thenStop),
    );
  }
  command(program, 'dispose', 'delete a savepoint with all of its files')
    .argument('<savepoint>', 'its path, as the engine sees it')
    .action(async (path: string, options: CommonOptions) =>
      (await import('../commands/dispose')).dispose(world, path, options),
    );
}
