import type { ChildExit } from '../../base/env';
import { externalError, userError } from '../../base/errors';
import type { JobId } from '../../base/ids';
import type { JobEvent } from '../../base/jobEvents';
import { isEndOfJob } from '../../base/status';
import type { Cluster } from '../../cluster/cluster';
import { pause } from '../../cluster/eventually';
import type { JobDetails, JobStatus } from '../../cluster/model';
import type { LaunchedRuntime } from '../../host/launch';
import { findEngine } from '../engine';
import { exitCodeOfJob, exitCodes } from '../exitCodes';
import { durationText, Output } from '../output';
import { toldOfRecovery } from '../watch/told';
import type { CliWorld, CommonOptions } from '../world';

export interface RunJobOptions extends CommonOptions {
  readonly from?: string;
  readonly parallelism?: number;
  readonly holdRecovery?: boolean;
  readonly rowsPerSecond?: number;
  /** Leave the job to a runtime that runs already. */
  readonly detach?: boolean;
  readonly taskManagers: number;
  readonly slots: number;
}

const lingerMs = 500;

/** A runtime to run in, and what belongs to us of it. */
interface Stage {
  readonly cluster: Cluster;
  /** Ours: it ends with this command. */
  readonly launched?: LaunchedRuntime;
}

/**
 * Runs a job: in the runtime that runs already, else in one that is started for it. Stays until the job ends or Ctrl-C, and prints what
 * changes. Resolves to the exit code.
 */
export async function runJob(world: CliWorld, jobFile: string, options: RunJobOptions): Promise<number> {
  const path = world.resolve(jobFile);
  if (!(await world.isFile(path))) {
    throw userError('job.file-not-found', `There is no file ${path}.`, 'Give the path of the job, a .ts file.', {
      subject: { file: path },
    });
  }
  const stop = new AbortController();
  const outside: { interrupted: boolean; exit?: ChildExit } = { interrupted: false };
  const interrupt = world.onInterrupt(() => {
    outside.interrupted = true;
    stop.abort();
  });
  let stage: Stage | undefined;
  try {
    stage = await stageOf(world, options, (exit) => {
      outside.exit = exit;
      stop.abort();
    });
    const code = await submitAndFollow(world, stage, { path, options, signal: stop.signal });
    // Whoever asked for this end, with a savepoint for instance, still gets the answer.
    if (stage.launched !== undefined) await pause(lingerMs, stop.signal);
    return code;
  } catch (error) {
    if (outside.interrupted) return exitCodes.interrupted;
    if (outside.exit !== undefined) throw runtimeEnded(outside.exit);
    throw error;
  } finally {
    interrupt.dispose();
    stage?.cluster.dispose();
    await stage?.launched?.stop();
  }
}

async function stageOf(world: CliWorld, options: RunJobOptions, onExit: (exit: ChildExit) => void): Promise<Stage> {
  const found = await findEngine(world, options);
  if (found !== undefined) return { cluster: await world.connect(found) };
  if (options.detach === true) {
    throw userError(
      'cli.no-runtime',
      'There is no running runtime that the job could be left to.',
      'Run it without --detach: then a runtime is started that lives as long as the command.',
    );
  }
  const launched = await world.launch({
    settings: {
      folder: world.directory,
      taskManagers: options.taskManagers,
      slotsPerTaskManager: options.slots,
      logLevel: options.verbose === true ? 'info' : 'warn',
    },
    onLog: (text) => world.writeError(text),
    onExit,
  });
  return { cluster: await world.connect({ url: launched.url, token: launched.token, embedded: true }), launched };
}

interface Run {
  readonly path: string;
  readonly options: RunJobOptions;
  readonly signal: AbortSignal;
}

async function submitAndFollow(world: CliWorld, { cluster }: Stage, run: Run): Promise<number> {
  const { options, signal } = run;
  const { from, parallelism, holdRecovery, rowsPerSecond } = options;
  const submitted = cluster.run(
    'submit',
    {
      jobFile: run.path,
      ...(from === undefined ? {} : { from: world.resolve(from) }),
      ...(parallelism === undefined ? {} : { parallelism }),
      ...(holdRecovery === undefined ? {} : { holdRecovery }),
      ...(rowsPerSecond === undefined ? {} : { rowsPerSecond }),
    },
    { signal },
  );
  const { job } = await submitted;
  const output = new Output(world, options);
  const { name } = await cluster.get('job', { job });
  output.show({ e: 'submitted', job, name }, () => `${name}: ${job}`);
  if (options.detach === true) return exitCodes.ok;
  const follower = new Follower(output, job, name);
  // Everything that happened since the submission is in the events, too.
  for await (const event of cluster.events(0, signal)) {
    if (follower.heard(event)) break;
  }
  signal.throwIfAborted();
  return endOf(await cluster.get('job', { job }), output);
}

function endOf(details: JobDetails, output: Output): number {
  if (details.status === 'FAILED') output.note(details.failure?.text ?? 'The job failed.');
  return exitCodeOfJob(details.status);
}

/** Prints what becomes of a job. */
class Follower {
  #status: JobStatus | undefined;

  constructor(
    private readonly output: Output,
    private readonly job: JobId,
    private readonly name: string,
  ) {}

  /** Returns true when the job is over. */
  heard(event: JobEvent): boolean {
    if (event.e === 'job' && event.job === this.job && event.status !== this.#status) {
      this.#status = event.status;
      this.output.show(event, () => `${this.name}: ${event.status}`);
      return isEndOfJob(this.#status);
    }
    if (event.e === 'recovery' && event.job === this.job) this.#recovery(event);
    return false;
  }

  #recovery({ event }: Extract<JobEvent, { e: 'recovery' }>): void {
    const told = toldOfRecovery(event);
    if (told === undefined) return;
    // From the start of this process on.
    const sinceStartMs = Math.round(performance.now());
    const timed = told.data.e === 'running' ? { sinceStartMs } : {};
    const first = told.data.e === 'running' && event.scope.recovery === 0;
    const after = first ? ` after ${durationText(sinceStartMs)}` : '';
    this.output.show({ ...told.data, ...timed }, () => `${this.name}: ${told.text}${after}`);
  }
}

function runtimeEnded({ code, signal, lastOutput }: ChildExit): Error {
  return externalError(
    'runtime.ended',
    `The runtime ended with ${signal ?? `code ${code ?? 'unknown'}`}.${lastOutput === '' ? '' : `\n${lastOutput.trim()}`}`,
    'Run the job again with --from and its newest checkpoint.',
  );
}
