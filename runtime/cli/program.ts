import { Command, CommanderError } from 'commander';
import { errorData, errorText, type ErrorData } from '../base/errors';
import type { CheckpointsOptions, JobOptions, SavepointOptions } from './commands/jobs';
import type { FailOptions, TaskFailOptions, ThrowOptions } from './commands/fail';
import type { RunJobOptions } from './commands/run';
import type { StateOptions } from './commands/state';
import { exitCodeOf, exitCodes } from './exitCodes';
import { asCount, asId, asNumber } from './numbers';
import type { CliWorld, CommonOptions } from './world';

/** Commands are loaded when they are called: `run` is measured from the first byte of the program. */
const load = {
  jobs: () => import('./commands/jobs'),
  fail: () => import('./commands/fail'),
  recovery: () => import('./commands/recovery'),
  run: () => import('./commands/run'),
  state: () => import('./commands/state'),
};

/** Runs a command line; resolves to its exit code. Errors are told on standard error: with --json as data, with --verbose with stack. */
export async function runCli(world: CliWorld, args: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok;
  const program = buildProgram(world, (of) => (code = of));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const data = errorData(error);
    const flags = { json: args.includes('--json'), verbose: args.includes('--verbose') };
    world.writeError(`${errorOutput(data, flags)}\n`);
    return exitCodeOf(data);
  }
}

function errorOutput(
  data: ErrorData,
  { json, verbose }: { readonly json: boolean; readonly verbose: boolean },
): string {
  if (json) return JSON.stringify({ error: data });
  const stack = data.stack === undefined || (data.domain !== 'internal' && !verbose) ? '' : `\n${data.stack}`;
  return `job-state: ${errorText(data)}${stack}`;
}

function buildProgram(world: CliWorld, ends: (code: number) => void): Command {
  const program = new Command('job-state')
    .description('Run stream-processing jobs, see their state, break them on purpose and step through their recovery.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => world.write(text), writeErr: (text) => world.writeError(text) });
  addRun(program, world, ends);
  addJobs(program, world);
  addFail(program, world);
  addRecovery(program, world);
  addState(program, world);
  return program;
}

/** A command with the options that every one has. */
function command(parent: Command, usage: string, description: string): Command {
  return parent
    .command(usage)
    .description(description)
    .exitOverride()
    .option('--json', 'print data instead of text')
    .option('--verbose', 'print stacks of errors, and the log of a runtime that is started')
    .option('--url <address>', 'the engine to talk to: another runtime, or the REST API of a Flink cluster')
    .option('--token-file <path>', 'a file with the token for --url; JOB_STATE_TOKEN is read otherwise');
}

function ofJob(parent: Command, usage: string, description: string): Command {
  return command(parent, usage, description).option('--job <id or name>', 'the job, when more than one runs');
}

function addRun(program: Command, world: CliWorld, ends: (code: number) => void): void {
  command(program, 'run', 'run a job, in the running runtime or in one of its own, until it ends or Ctrl-C')
    .argument('<job.ts>', 'the file of the job')
    .option('--from <snapshot>', 'savepoint or checkpoint to start from')
    .option('--parallelism <n>', 'default parallelism of the operators', asCount)
    .option('--rows-per-second <n>', 'rate of every source', asNumber)
    .option('--hold-recovery', 'hold the start before its first step')
    .option('--detach', 'leave the job to the running runtime')
    .option('--task-managers <n>', 'processes of a runtime that is started', asCount, 2)
    .option('--slots <n>', 'slots of each of them', asCount, 2)
    .action(async (file: string, options: RunJobOptions) => {
      ends(await (await load.run()).runJob(world, file, options));
    });
}

function addJobs(program: Command, world: CliWorld): void {
  command(program, 'jobs', 'list the jobs').action(async (options: CommonOptions) =>
    (await load.jobs()).listJobs(world, options),
  );
  ofJob(program, 'checkpoints', 'list the checkpoints of a job, or show one with its copies')
    .argument('[id]', 'one checkpoint', asId)
    .option('--savepoints', 'list its savepoints instead')
    .option('--limit <n>', 'how many', asCount, 20)
    .action(async (id: number | undefined, options: CheckpointsOptions) => {
      const jobs = await load.jobs();
      await (id === undefined ? jobs.listCheckpoints(world, options) : jobs.showCheckpoint(world, id, options));
    });
  ofJob(program, 'checkpoint', 'take a checkpoint now').action(async (options: JobOptions) =>
    (await load.jobs()).checkpointNow(world, options),
  );
  ofJob(program, 'savepoint', 'take a savepoint')
    .option('--directory <path>', 'where it is made')
    .action(async (options: SavepointOptions) => (await load.jobs()).savepoint(world, options, false));
  ofJob(program, 'stop', 'stop a job with a savepoint')
    .option('--directory <path>', 'where the savepoint is made')
    .action(async (options: SavepointOptions) => (await load.jobs()).savepoint(world, options, true));
  command(program, 'dispose', 'delete a savepoint with all of its files')
    .argument('<savepoint>', 'its path, as the engine sees it')
    .action(async (path: string, options: CommonOptions) => (await load.jobs()).dispose(world, path, options));
  command(program, 'task-managers', 'list the TaskManagers').action(async (options: CommonOptions) =>
    (await load.jobs()).listTaskManagers(world, options),
  );
  ofJob(program, 'cancel', 'cancel a job').action(async (options: JobOptions) =>
    (await load.jobs()).cancel(world, options),
  );
}

function addFail(program: Command, world: CliWorld): void {
  const fail = program.command('fail').description('break something on purpose').exitOverride();
  const breaking = (usage: string, description: string): Command =>
    ofJob(fail, usage, description).option('--hold', 'hold the recovery that follows');
  const inTask = (usage: string, description: string): Command =>
    breaking(usage, description)
      .argument('<operator>', 'uid, name or id')
      .option('--subtask <n>', 'which, from 1', asCount, 1);
  inTask('throw', 'throw an exception in a task')
    .option('--message <text>', 'of the exception', 'thrown on purpose')
    .option('--at-record <n>', 'at the n-th record from now instead of at once', asCount)
    .action(async (operator: string, options: ThrowOptions) => (await load.fail()).failThrow(world, operator, options));
  for (const lose of [false, true]) {
    breaking(
      lose ? 'lose' : 'kill',
      lose ? 'kill a TaskManager for good, its disk too' : 'kill a TaskManager; it comes back',
    )
      .argument('<taskmanager>', 'such as tm-1')
      .action(async (taskManager: string, options: FailOptions) =>
        (await load.fail()).failTaskManager(world, taskManager, options, lose),
      );
  }
  inTask('local-copy', 'lose or corrupt the newest local copy of keyed state')
    .option('--corrupt', 'flip a byte instead of removing it')
    .action(async (operator: string, options: TaskFailOptions & { readonly corrupt?: boolean }) =>
      (await load.fail()).failLocalCopy(world, operator, options),
    );
  inTask('checkpoint', 'decline the next checkpoint or savepoint').action(
    async (operator: string, options: TaskFailOptions) => (await load.fail()).failCheckpoint(world, operator, options),
  );
  ofJob(fail, 'list', 'list what was asked for and what became of it').action(async (options: JobOptions) =>
    (await load.fail()).listFaults(world, options),
  );
  ofJob(fail, 'disarm', 'take back what has not happened yet')
    .argument('<id>')
    .action(async (id: string, options: JobOptions) => (await load.fail()).disarm(world, id, options));
}

function addRecovery(program: Command, world: CliWorld): void {
  const recovery = program.command('recovery').description('see, hold and step recoveries').exitOverride();
  ofJob(recovery, 'show', 'list the recoveries, or show one step by step')
    .argument('[number]', 'one recovery; 0 is the start of the job', asId)
    .action(async (number: number | undefined, options: JobOptions) =>
      (await load.recovery()).show(world, number, options),
    );
  ofJob(recovery, 'hold', 'hold the next recovery before its first step')
    .option('--off', 'do not hold it')
    .action(async (options: JobOptions & { readonly off?: boolean }) => (await load.recovery()).hold(world, options));
  ofJob(recovery, 'step', 'let the held step go and hold the next one')
    .option('--into', 'hold the steps inside it, too')
    .option('--out', 'go on to the end of the step around it')
    .action(async (options: JobOptions & { readonly into?: boolean; readonly out?: boolean }) => {
      const how = options.into === true ? 'into' : options.out === true ? 'out' : 'next';
      await (await load.recovery()).step(world, how, options);
    });
  ofJob(recovery, 'continue', 'let everything go').action(async (options: JobOptions) =>
    (await load.recovery()).continueAll(world, options),
  );
}

function addState(program: Command, world: CliWorld): void {
  ofJob(program, 'state', 'show entries of a state, or the one of a key')
    .argument('<uid>', 'uid, name or id of the operator')
    .argument('<state>')
    .option('--key <key>', 'JSON, or a text as it is')
    .option('--history', 'the key now, and in every checkpoint and savepoint that is still there')
    .option('--limit <n>', 'how many entries, or snapshots', asCount, 50)
    .option('--after <cursor>', 'go on after a page')
    .option('--from <snapshot>', 'look into a snapshot on disk instead of the running job')
    .action(async (uid: string, name: string, options: StateOptions) =>
      (await load.state()).state(world, uid, name, options),
    );
  command(program, 'show', 'show a checkpoint or savepoint on disk')
    .argument('<snapshot>', 'its directory')
    .argument('[uid]', 'the states of this operator')
    .action(async (path: string, uid: string | undefined, options: CommonOptions) =>
      (await load.state()).showStored(world, path, uid, options),
    );
}
