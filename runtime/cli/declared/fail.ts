import type { Command } from 'commander';
import type { FailOptions, TaskFailOptions } from '../commands/fail/inject';
import type { LocalCopyOptions } from '../commands/fail/localCopy';
import type { ThrowOptions } from '../commands/fail/throw';
import { asCount } from '../numbers';
import type { CommonOptions, JobOptions } from '../world';
import { bare, command, examples, ofJob, type Declaring } from './common';

export function declareFail({ program, world }: Declaring): void {
  const fail = bare(program, 'fail', 'break something on purpose');
  const breaking = (usage: string, description: string): Command =>
    ofJob(fail, usage, description).option('--hold', 'hold the recovery that follows');
  const inTask = (usage: string, description: string): Command =>
    breaking(usage, description)
      .argument('<operator>', 'uid, name or id')
      .option('--subtask <n>', 'which, from 1', asCount, 1);
  const throwing = inTask('throw', 'throw an exception in a task')
    .option('--message <text>', 'of the exception', 'thrown on purpose')
    .option('--at-record <n>', 'at the n-th record from now instead of at once', asCount);
  examples(throwing, 'fail throw counts --subtask 2 --at-record 1000 --hold');
  throwing.action(async (operator: string, options: ThrowOptions) =>
    (await import('../commands/fail/throw')).failThrow(world, operator, options),
  );
  for (const lose of [false, true]) {
    const [name, what] = lose ? ['lose', 'for good, its disk too'] : ['kill', '; it comes back'];
    breaking(name, `kill a TaskManager${lose ? ' ' : ''}${what}`)
      .argument('<taskmanager>', 'such as tm-1')
      .action(async (taskManager: string, options: FailOptions) =>
        (await import('../commands/fail/taskManager')).failTaskManager(world, taskManager, options, lose),
      );
  }
  inTask('local-copy', 'lose or corrupt the newest local copy of keyed state')
    .option('--corrupt', 'flip a byte instead of removing it')
    .action(async (operator: string, options: LocalCopyOptions) =>
      (await import('../commands/fail/localCopy')).failLocalCopy(world, operator, options),
    );
  inTask('checkpoint', 'decline the next checkpoint or savepoint').action(
    async (operator: string, options: TaskFailOptions) =>
      (await import('../commands/fail/checkpoint')).failCheckpoint(world, operator, options),
  );
  ofJob(fail, 'list', 'list what was asked for and what became of it').action(async (options: JobOptions) =>
    (await import('../commands/fail/list')).listFaults(world, options),
  );
  command(fail, 'disarm', 'take back what has not happened yet')
    .argument('<fault>', 'its id, of "fail list"')
    .action(async (fault: string, options: CommonOptions) =>
      (await import('../commands/fail/disarm')).disarm(world, fault, options),
    );
}
