import { JobStateError } from '../../runtime/base/errors';
import { id, type JobId, type TriggerId } from '../../runtime/base/ids';
import type { OperationRecord } from '../../runtime/jobmanager/records';
import type { RestartStrategySettings } from '../../runtime/graph/restartStrategy';
import { detourNames, type CountingJob } from './countingJob';
import { Coverage } from './coverage';
import { randomFault, strike, type FaultKind } from './faultPlan';
import { Invariants } from './invariants';
import { RandomStepper } from './randomStepper';
import { SeededRandom } from './random';
import { windowNames } from './windowCounts';
import { World } from './world';

const restartStrategies: readonly [RestartStrategySettings, ...RestartStrategySettings[]] = [
  { type: 'fixed-delay', delayMs: 0 },
  { type: 'fixed-delay', attempts: 1_000, delayMs: 40 },
  {
    type: 'exponential-delay',
    initialBackoffMs: 5,
    maxBackoffMs: 200,
    resetBackoffThresholdMs: 500,
    jitterFactor: 0.5,
  },
  { type: 'failure-rate', maxFailuresPerInterval: 1_000, intervalMs: 1_000, delayMs: 15 },
];

function inputOf(random: SeededRandom): Pick<CountingJob, 'input'> {
  const input = random.pick([undefined, undefined, 'csv', 'json-array', 'ndjson'] as const);
  return input === undefined ? {} : { input };
}

function windowsOf(random: SeededRandom): Pick<CountingJob, 'windows'> {
  return random.chance(0.4) ? {} : { windows: random.pick(windowNames) };
}

/** A third of the jobs go straight on. */
function detoursOf(random: SeededRandom): Pick<CountingJob, 'detours'> {
  if (random.chance(0.33)) return {};
  return { detours: detourNames.filter(() => random.chance(0.25)) };
}

/** About 20 checkpoints long at 1,000 rows a second of virtual time. */
function jobOf(seed: number): CountingJob {
  const random = new SeededRandom(seed);
  const pipelines = random.chance(0.3) ? 2 : 1;
  return {
    rows: 2_400 / pipelines,
    keys: 23,
    rowsPerSecond: 1_000 / pipelines,
    parallelism: 2,
    checkpointIntervalMs: 100,
    pipelines,
    settings: {
      checkpointing: { mode: random.chance(0.25) ? 'at_least_once' : 'exactly_once' },
      restartStrategy: random.pick(restartStrategies),
      failoverStrategy: random.chance(0.2) ? 'full' : 'region',
    },
    ...inputOf(random),
    buckets: random.chance(0.3),
    ...windowsOf(random),
    ...detoursOf(random),
  };
}

const faultsPerSeed = 5;

/** What somebody does to the job while it fails. */
type Deed = 'savepoint' | 'holdRecovery' | 'stopAndRun' | 'loseJobManager';
const deeds: readonly [Deed, ...Deed[]] = ['savepoint', 'holdRecovery', 'holdRecovery', 'stopAndRun', 'loseJobManager'];

export interface SeedRun {
  readonly seed: number;
  readonly checkpoints: number;
  /** Faults and deeds, as they happened. */
  readonly happened: readonly (FaultKind | Deed | 'restoreElsewhere')[];
  readonly faults: number;
  readonly resumedSteps: number;
  /** Kinds of what the job was made of, and of what was done to what. */
  readonly covered: readonly string[];
  /** Events of the simulated machine. */
  readonly events: number;
  readonly virtualMs: number;
  readonly trace: readonly string[];
}

/** One job under faults and deeds that its seed chooses. */
export class SeedRunner {
  private readonly world: World;
  private readonly happened: (FaultKind | Deed | 'restoreElsewhere')[] = [];
  private readonly triggers = new Set<TriggerId>();
  private faults = 0;
  private checkpointsBefore = 0;
  private job!: JobId;
  private invariants!: Invariants;
  private readonly stepper: RandomStepper;
  private readonly coverage = new Coverage();

  constructor(private readonly seed: number) {
    this.world = new World(seed, jobOf(seed));
    this.stepper = new RandomStepper(this.world, () => this.job);
  }

  get trace(): readonly string[] {
    return this.world.lines;
  }

  /** Rejects with the seed and the end of the trace when a promise is broken. */
  async run(): Promise<SeedRun> {
    const { world } = this;
    this.job = await world.submit();
    this.invariants = new Invariants(world, this.job);
    this.coverage.job(world.record(this.job).graph);
    while (this.faults < faultsPerSeed) {
      await this.anotherCheckpoint();
      if (this.hasFinished) break;
      await world.pass(world.random.between(0, 300), this.afterEvent);
      if (world.random.chance(0.3)) await this.act(world.random.pick(deeds));
      this.strikeOne();
      if (world.random.chance(0.3)) {
        // A second one in the middle of what the first one set off.
        await world.pass(world.random.between(0, 60), this.afterEvent);
        this.strikeOne();
      }
    }
    await this.until('the end of the job', () => this.hasFinished, 60_000);
    const checkpoints = this.checkpointsBefore + world.completedCheckpoints(this.job);
    this.look();
    await this.invariants.atEnd([...this.triggers]);
    return {
      seed: this.seed,
      checkpoints,
      happened: this.happened,
      faults: this.faults,
      resumedSteps: this.stepper.resumed,
      covered: this.coverage.found,
      events: world.schedule.executed,
      virtualMs: world.schedule.nowMs,
      trace: world.lines,
    };
  }

  private readonly afterEvent = (): void => {
    this.invariants.check();
    this.stepper.look();
  };

  private get hasFinished(): boolean {
    return this.world.status(this.job) === 'FINISHED';
  }

  private until(what: string, done: () => boolean, withinMs: number): Promise<void> {
    return this.world.until(what, done, withinMs, this.afterEvent);
  }

  private async anotherCheckpoint(): Promise<void> {
    const before = this.world.completedCheckpoints(this.job);
    const done = (): boolean => this.world.completedCheckpoints(this.job) > before || this.hasFinished;
    await this.until('another checkpoint', done, 30_000);
  }

  private strikeOne(): void {
    if (this.hasFinished) return;
    this.look();
    for (;;) {
      const kind = randomFault(this.world.random);
      if (!strike(this.world, this.job, kind)) continue;
      this.coverage.struck(kind);
      this.happened.push(kind);
      this.faults += 1;
      return;
    }
  }

  /** Notes what the job and its faults have met up to now. */
  private look(): void {
    const record = this.world.record(this.job);
    this.coverage.states(record);
    this.coverage.thrown(this.world.faults(), record.graph);
  }

  private act(deed: Deed): Promise<void> {
    this.world.trace(`deed: ${deed}`);
    this.happened.push(deed);
    switch (deed) {
      case 'savepoint':
        return this.savepoint();
      case 'holdRecovery':
        this.world.jobManager.holdNextRecovery(this.job, true);
        return Promise.resolve();
      case 'stopAndRun':
        return this.stopAndRun();
      case 'loseJobManager':
        return this.loseJobManager();
    }
  }

  /** Half of them are waited for, and what was stored is run to its end on another machine: the same output. */
  private async savepoint(): Promise<void> {
    const trigger = this.trigger(false);
    if (this.world.random.chance(0.5)) return;
    const ended = await this.ended(trigger);
    if (ended?.status !== 'COMPLETED' || ended.result.k !== 'savepoint') return;
    this.happened.push('restoreElsewhere');
    const other = new World(this.seed ^ 0x5a5a5a, this.world.job);
    this.world.fs.copyTo(other.fs, ended.result.path);
    for (const directory of this.world.outputDirectories) this.world.fs.copyTo(other.fs, directory);
    const job = await other.submit(ended.result.path);
    const invariants = new Invariants(other, job);
    await other.until('the end elsewhere', () => other.status(job) === 'FINISHED', 60_000, invariants.check);
    await invariants.atEnd([]);
  }

  private async stopAndRun(): Promise<void> {
    const { world } = this;
    const trigger = this.trigger(true);
    if (world.random.chance(0.3)) {
      await world.pass(world.random.between(0, 10), this.afterEvent);
      this.strikeOne();
    }
    const ended = await this.ended(trigger);
    if (ended?.status !== 'COMPLETED' || ended.result.k !== 'savepoint') return;
    if (!this.hasFinished)
      throw new Error(`seed ${this.seed}: stopped with savepoint, and not FINISHED\n${world.tail()}`);
    await this.continueFrom(ended.result.path);
  }

  /** Everything ends with the JobManager; the next one knows nothing of the job, and somebody continues from its newest checkpoint. */
  private async loseJobManager(): Promise<void> {
    const { world } = this;
    world.jobManagerProcess.crash();
    await world.pass(world.random.between(0, 50), this.invariants.check);
    world.startJobManager();
    this.triggers.clear();
    await this.continueFrom(world.newestCheckpoint(this.job)?.directory);
  }

  private async continueFrom(directory: string | undefined): Promise<void> {
    const { world } = this;
    this.checkpointsBefore = this.invariants.completed;
    const origin = directory === undefined ? 0 : this.invariants.idOf(directory);
    for (;;) {
      try {
        this.job = await world.submit(directory);
        break;
      } catch (error) {
        // The disk may be full, or what compiles the job was cut off: somebody tries again.
        if (!(error instanceof JobStateError)) throw error;
        world.trace(`refused: ${error.message}`);
        await world.pass(50, this.invariants.check);
      }
    }
    this.invariants.continuesAs(this.job, origin);
  }

  private trigger(thenStop: boolean): TriggerId {
    const triggerId = id<TriggerId>(this.world.random.hex(16));
    this.triggers.add(triggerId);
    this.world.jobManager.triggerSavepoint(this.job, { triggerId, thenStop });
    return triggerId;
  }

  private async ended(trigger: TriggerId): Promise<OperationRecord | undefined> {
    const { jobManager } = this.world;
    const done = (): boolean => jobManager.operation('savepoint', trigger)?.status !== 'IN_PROGRESS';
    await this.until('the end of the savepoint', done, 30_000);
    return jobManager.operation('savepoint', trigger);
  }
}
