import type { Child, ChildSpec } from '../../runtime/base/env';
import type { ArmedFault } from '../../runtime/base/faults';
import { id, type JobId, type TaskManagerId } from '../../runtime/base/ids';
import type { JobEvent } from '../../runtime/base/jobEvents';
import { builtInConnectors } from '../../runtime/connectors/connectors';
import { withSettings } from '../../runtime/graph/executionConfig';
import { generateJobGraph } from '../../runtime/graph/jobGraphGenerator';
import { JobManager } from '../../runtime/jobmanager/jobManager';
import type { JobRecord } from '../../runtime/jobmanager/records';
import { TaskManager } from '../../runtime/taskmanager/taskManager';
import { compilerEnd, watchdogEnd } from '../../runtime/wire/control';
import { countingStreamGraph, inputFiles, outputFolders, type CountingJob } from './countingJob';
import { SimFileSystem } from './disk';
import { SimSwitchboard } from './net';
import { withObservedSinks, type Commit } from './observedSinks';
import { SimChild, SimProcess, type Machine } from './process';
import { SeededRandom } from './random';
import { Schedule } from './schedule';
import { withSlowSinks, type SinkSpeed } from './slowSinks';

const heartbeatMs = 50;
const baseDirectory = '/folder';
export const stateDirectory = '/folder/.job-state';
const parquetNotUsed = () => Promise.reject(new Error('the simulation reads no Parquet'));

/** A machine on which the real JobManager and TaskManagers run in one thread, on virtual time, from one seed. */
export class World implements Machine {
  readonly schedule = new Schedule();
  readonly fs = new SimFileSystem();
  readonly board = new SimSwitchboard();
  readonly random: SeededRandom;
  readonly lines: string[] = [];
  /** Of all sinks; at once as long as nobody changes it. */
  readonly sinkSpeed: SinkSpeed = { batchMs: 0 };
  /** What sinks were told to commit, in that order. */
  readonly commits: Commit[] = [];
  readonly taskManagers = new Map<TaskManagerId, { readonly process: SimProcess; readonly taskManager: TaskManager }>();
  jobManager!: JobManager;
  jobManagerProcess!: SimProcess;
  /** All there have been. */
  readonly processes: SimProcess[] = [];
  /** What the JobManagers published, oldest first. */
  readonly events: JobEvent[] = [];
  private readonly records = new Map<JobId, JobRecord>();
  /** Jobs of the present JobManager. */
  private readonly submitted = new Set<JobId>();
  private pids = 100;

  constructor(
    readonly seed: number,
    readonly job: CountingJob,
  ) {
    this.random = new SeededRandom(seed);
    this.fs.addDirectory(baseDirectory);
    for (const { path, text } of inputFiles(job)) {
      this.fs.write(`${baseDirectory}/${path}`, new TextEncoder().encode(text));
    }
    this.startJobManager();
  }

  readonly trace = (line: string): void => {
    this.lines.push(`${this.schedule.nowMs.toFixed(2).padStart(10)} ${line}`);
  };

  /** Starts a JobManager, the first or one after a crash; its TaskManagers come with it. */
  startJobManager(): void {
    const process = this.process('jobmanager');
    this.jobManagerProcess = process;
    this.jobManager = new JobManager(process.env, {
      directory: stateDirectory,
      taskManagers: 2,
      slotsPerTaskManager: 2,
      localRecovery: true,
      inlineThresholdBytes: 64,
      heartbeatMs,
      heartbeatTimeoutMs: 1_000,
      stuckAfterMs: 500,
      cancelTimeoutMs: 500,
      slotTimeoutMs: 500,
      compileTimeoutMs: 5_000,
    });
    this.records.clear();
    this.submitted.clear();
    this.follow(this.jobManager).catch((error: unknown) => this.trace(`no events: ${String(error)}`));
    this.jobManager.start().catch((error: unknown) => this.trace(`the JobManager did not start: ${String(error)}`));
  }

  spawn(spec: ChildSpec, parent: SimProcess): Child {
    const name = spec.role === 'taskmanager' ? spec.id : 'compiler';
    const process = this.process(name);
    const child = new SimChild(process, parent);
    if (spec.role === 'taskmanager') process.soon(this.random.between(5, 40), () => this.runTaskManager(spec, process));
    else process.soon(this.random.between(5, 40), () => this.runCompiler(spec, process));
    return child;
  }

  /** Runs until `done`, checking `invariant` after every event. Throws with the seed and the end of the trace when it takes too long. */
  async until(
    what: string,
    done: () => boolean,
    withinMs: number,
    invariant: () => void = () => undefined,
  ): Promise<void> {
    const end = await this.schedule.run(done, this.schedule.nowMs + withinMs, invariant);
    if (end !== 'done') throw new Error(`seed ${this.seed}: ${what} did not happen (${end})\n${this.tail()}`);
  }

  /** Lets virtual time pass. */
  async pass(ms: number, invariant: () => void = () => undefined): Promise<void> {
    const endMs = this.schedule.nowMs + ms;
    let over = false;
    this.schedule.at(ms, () => (over = true));
    await this.schedule.run(() => over, endMs, invariant);
  }

  /** Waits for a promise by running the machine. */
  async settled<T>(what: string, promise: Promise<T>, withinMs = 10_000): Promise<T> {
    let outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown } | undefined;
    promise.then(
      (value) => (outcome = { ok: true, value }),
      (error: unknown) => (outcome = { ok: false, error }),
    );
    await this.until(what, () => outcome !== undefined, withinMs);
    if (outcome === undefined) throw new Error('not reached');
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  async submit(from?: string): Promise<JobId> {
    const submitted = this.jobManager.submit({
      jobFile: `${baseDirectory}/job.ts`,
      ...(from === undefined ? {} : { from }),
    });
    const job = await this.settled('the submission', submitted);
    this.submitted.add(job);
    return job;
  }

  /** What somebody would continue from after the JobManager was lost: the newest complete checkpoint of the job, or else its start. */
  newestCheckpoint(job: JobId): { readonly id: number; readonly directory: string } | undefined {
    const root = `${stateDirectory}/checkpoints/${job}`;
    const complete = this.fs.list(root).flatMap((name) => {
      const directory = `${root}/${name}`;
      return name.startsWith('chk-') && this.fs.bytes(`${directory}/_metadata`) !== undefined
        ? [{ id: Number(name.slice('chk-'.length)), directory }]
        : [];
    });
    return complete.sort((a, b) => b.id - a.id)[0];
  }

  /** What the JobManager says of the job, read anew only after an event of its own told of a change. */
  record(job: JobId): JobRecord {
    const known = this.records.get(job);
    if (known !== undefined) return known;
    const record = this.jobManager.job(job);
    this.records.set(job, record);
    return record;
  }

  /** The same, if the present JobManager has this job. */
  current(job: JobId): JobRecord | undefined {
    return this.jobManagerProcess.alive && this.submitted.has(job) ? this.record(job) : undefined;
  }

  status(job: JobId): string {
    return this.record(job).status;
  }

  completedCheckpoints(job: JobId): number {
    return this.record(job).checkpoints.counts.completed;
  }

  aliveTaskManagers(): { readonly process: SimProcess; readonly taskManager: TaskManager }[] {
    return [...this.taskManagers.values()].filter(({ process }) => process.alive);
  }

  get outputDirectories(): readonly string[] {
    return outputFolders(this.job).map((folder) => `${baseDirectory}/${folder}`);
  }

  /** The paths of all files of the sinks, committed or not. */
  outputFiles(): string[] {
    const isOutput = (path: string): boolean =>
      this.outputDirectories.some((directory) => path.startsWith(`${directory}/`));
    return [...this.fs.files.keys()].filter(isOutput).sort();
  }

  /** The paths of the files that the sinks have committed. */
  parts(): string[] {
    return this.outputFiles().filter((path) => !path.includes('/.'));
  }

  textOf(part: string): string {
    return new TextDecoder().decode(this.fs.bytes(part));
  }

  /** The committed lines of the sink, sorted. */
  output(): string[] {
    return this.parts()
      .flatMap((part) => this.textOf(part).trimEnd().split('\n'))
      .sort();
  }

  faults(): readonly ArmedFault[] {
    return this.jobManager.faults();
  }

  /** For the report of a failure: the end of the trace, and how things stand. */
  tail(count = 60): string {
    return [...this.lines.slice(-count), ...this.situation()].join('\n');
  }

  private situation(): string[] {
    if (!this.jobManagerProcess.alive) return ['There is no JobManager.'];
    const workers = this.jobManager.taskManagers().map(({ id, status, pid }) => `${id} ${status} ${pid ?? ''}`);
    const jobs = this.jobManager.jobs().flatMap(({ id, status, vertices, recoveries, holds, checkpoints }) => [
      `job ${id} ${status}, newest checkpoint ${checkpoints.latestCompleted?.id ?? 'none'}, holds ${holds.map(({ event }) => event.step.k).join(', ')}`,
      ...vertices.flatMap(({ subtasks }) =>
        subtasks.flatMap(({ name, attempts }) => {
          const last = attempts.at(-1);
          return last === undefined
            ? []
            : [`  ${name.name} ${name.subtask} attempt ${last.ref.attempt} on ${last.taskManager} is ${last.state}`];
        }),
      ),
      ...recoveries.slice(-3).flatMap(recoveryLines),
    ]);
    return ['how things stand:', ...workers, ...jobs];
  }

  private async follow(jobManager: JobManager): Promise<void> {
    for await (const event of jobManager.events(0)) {
      this.records.clear();
      this.events.push(event);
    }
  }

  private process(name: string): SimProcess {
    const process = new SimProcess(name, this.pids++, this, this.random.below(0x7fffffff));
    this.processes.push(process);
    return process;
  }

  private runTaskManager(spec: Extract<ChildSpec, { role: 'taskmanager' }>, process: SimProcess): void {
    const taskManager = new TaskManager(process.env, {
      id: id<TaskManagerId>(spec.id),
      pid: process.pid,
      slots: spec.slots,
      directory: spec.directory,
      jobManager: spec.jobManager,
      loadJob: () => Promise.resolve(countingStreamGraph(this.job)),
      connectors: withObservedSinks(
        withSlowSinks(builtInConnectors({ info: parquetNotUsed, rowGroup: parquetNotUsed }), this.sinkSpeed),
        (commit) => void this.commits.push(commit),
      ),
    });
    this.taskManagers.set(id<TaskManagerId>(spec.id), { process, taskManager });
    this.runWatchdog(spec, process).catch((error: unknown) => this.trace(`no watchdog: ${String(error)}`));
    taskManager.run().then(
      () => process.crash(),
      (error: unknown) => {
        this.trace(`${spec.id} ended: ${String(error)}`);
        process.crash();
      },
    );
  }

  /** The thread that speaks for the process also when its main thread does not (runtime/main/watchdogWorker.ts). */
  private async runWatchdog(spec: Extract<ChildSpec, { role: 'taskmanager' }>, process: SimProcess): Promise<void> {
    const connection = await process.env.net.connect(spec.jobManager);
    const control = watchdogEnd(connection, { onMessage: () => undefined, onClose: () => undefined });
    const taskManager = id<TaskManagerId>(spec.id);
    const beat = (): void => {
      if (!process.alive) return;
      const { pid, stalledMs, frozen } = process;
      if (!frozen) control.send({ m: 'watchdog', taskManager, pid, stalledMs: Math.round(stalledMs) });
      this.schedule.at(heartbeatMs, beat);
    };
    beat();
  }

  private runCompiler(spec: Extract<ChildSpec, { role: 'compiler' }>, process: SimProcess): void {
    process.env.net.connect(spec.jobManager).then(
      (connection) => {
        const control = compilerEnd(connection, {
          onMessage: ({ outputDirectory, overrides }) => {
            const graph = countingStreamGraph(this.job);
            // The job's own settings are vouched for by the API; a run's overrides are checked by `withSettings`.
            const config = withSettings(graph.config, overrides);
            const jobGraph = generateJobGraph(graph, config);
            control.send({ m: 'compiled', outputDirectory, jobGraph, config, bundlePath: '/job.mjs', baseDirectory });
          },
          onClose: () => process.crash(),
        });
        control.send({ m: 'compilerReady', pid: process.pid });
      },
      (error: unknown) => this.trace(`the compiler failed: ${String(error)}`),
    );
  }
}

function recoveryLines({ recovery, status, cause, events }: JobRecord['recoveries'][number]): string[] {
  const open = new Set(events.filter(({ phase }) => phase === 'begin').map(({ stepId }) => stepId));
  for (const { phase, stepId } of events) if (phase === 'end') open.delete(stepId);
  const names = events.flatMap(({ phase, stepId, step }) => (phase === 'begin' && open.has(stepId) ? [step.k] : []));
  return [`  recovery ${recovery} is ${status}, because of ${cause.k}, begun and not ended: ${names.join(', ')}`];
}
