import { errorData, JobStateError } from '../base/errors';
import type { AttemptRef, CheckpointId, HoldId, JobId, OperatorId, TaskManagerId, VertexId } from '../base/ids';
import { isEndOfJob, isEndOfTask } from '../base/status';
import { runFreely, type ResumeHow } from '../base/stepping';
import { chosenCheckpoint, type CompletedCheckpoint } from '../checkpoint/completedCheckpoint';
import type { FromTaskManager, ToTaskManager } from '../wire/messages';
import { EventLog } from './eventLog';
import { EventQueue } from './eventQueue';
import { EffectInterpreter } from './interpreter';
import { JobCheckpointing, taskManagersOf } from './jobCheckpointing';
import { jobRecord } from './jobRecord';
import { JobRecorder } from './jobRecorder';
import type { JobServices, JobSpec } from './jobSpec';
import { JobStop } from './jobStop';
import type { JobRecord } from './records';
import { RecoveryGate } from './recoveryGate';
import { SlotPool } from './slotPool';
import { decide } from './states/decide';
import type { Effect } from './states/effects';
import { initialState } from './states/initialState';
import { jobStatus, type JobState } from './states/jobState';
import type { StateEvent } from './states/stateEvent';
import type { TaskManagerEnd } from './taskManagers';

/** Code of the error that an injected failure throws in a task (runtime/taskmanager/). */
const injectedCode = 'fault.injected';
const internalFailureDelayMs = 1_000;

/**
 * One job: takes in what happens, decides (states/), and has the effects done (interpreter.ts), one event at a time. Flink's `JobMaster`.
 */
export class JobMaster {
  private state: JobState;
  private readonly log: EventLog;
  private readonly recorder: JobRecorder;
  private readonly gate: RecoveryGate;
  private readonly checkpointing: JobCheckpointing;
  private readonly slots: SlotPool;
  private readonly interpreter: EffectInterpreter;
  private readonly stop = new JobStop();
  private readonly events = new EventQueue<StateEvent>((event) => this.take(event));
  private fenced = 0;

  constructor(
    private readonly services: JobServices,
    private readonly spec: JobSpec,
  ) {
    const { env, settings, run, hub, taskManagers } = services;
    const { id, graph, config, origin } = spec;
    this.state = initialState(id, graph, config, origin === undefined ? undefined : chosenCheckpoint(origin));
    this.log = new EventLog(env, spec.directory);
    this.recorder = new JobRecorder(graph, this.state, spec.submittedMs, env.clock.wallMs());
    this.gate = new RecoveryGate(env, id, run, hub, this.log, {
      entered: (recovery, step) => this.feed({ e: 'stepEntered', recovery, step }),
      toTask: (taskManager, message) => taskManagers.send(taskManager, message),
      releaseTasks: () => this.releaseTasks(),
    });
    this.gate.armed = spec.holdRecovery;
    this.checkpointing = this.createCheckpointing();
    this.slots = new SlotPool(env, id, taskManagers, settings.slotTimeoutMs, {
      found: (recovery, slots) => this.feed({ e: 'slotsFound', recovery, slots }),
      waits: () => hub.publish({ e: 'tasks', job: id }),
    });
    this.interpreter = this.createInterpreter();
  }

  get record(): JobRecord {
    const { spec, recorder, gate, checkpointing, slots, fenced } = this;
    const failure = this.state.phase === 'failed' || this.state.phase === 'failing' ? this.state.error : undefined;
    return jobRecord({ spec, recorder, gate, checkpointing, slots, failure, fenced });
  }

  get id(): JobId {
    return this.spec.id;
  }

  get hasEnded(): boolean {
    return isEndOfJob(jobStatus(this.state));
  }

  start(): void {
    this.feed({ e: 'start' });
  }

  cancel(): void {
    this.feed({ e: 'cancel' });
  }

  /** Resolves when it has completed. */
  triggerCheckpoint(): Promise<CompletedCheckpoint> {
    return this.checkpointing.coordinator.completeCheckpoint();
  }

  triggerSavepoint(directory: string): Promise<CompletedCheckpoint> {
    return this.checkpointing.coordinator.triggerSavepoint(directory, false);
  }

  /** Resolves with the savepoint when the job has finished behind it. Fails with `job.not-running`, or as {@link JobStop} says. */
  async stopWithSavepoint(directory: string): Promise<CompletedCheckpoint> {
    if (this.state.phase !== 'running') {
      throw new JobStateError(
        'job.not-running',
        `The job is not running (${this.state.phase}), so it cannot be stopped.`,
        {
          domain: 'user',
          retry: 'backoff',
          advice: 'Try again when all its tasks run.',
        },
      );
    }
    return this.stop.run(() => this.feed({ e: 'stop', directory }));
  }

  holdNextRecovery(hold: boolean): void {
    this.gate.armed = hold;
    this.services.hub.publish({ e: 'hold', job: this.id, armed: hold });
  }

  resume(hold: HoldId | undefined, how: ResumeHow): void {
    this.gate.resume(hold, how);
  }

  /** It was the user's wish; the history shows that its files are gone. */
  savepointDisposed(directory: string): void {
    this.checkpointing.coordinator.stats.disposed(directory);
  }

  /** The vertex whose chain has this operator. */
  vertexOf(operator: OperatorId): VertexId | undefined {
    return this.spec.graph.vertices.find(({ operators }) => operators.some(({ operatorId }) => operatorId === operator))
      ?.id;
  }

  /** The TaskManager of a subtask's current attempt, when it has one. */
  placeOf(ref: Pick<AttemptRef, 'vertex' | 'subtask'>): { ref: AttemptRef; taskManager: TaskManagerId } | undefined {
    const task = this.state.tasks.find((one) => one.ref.vertex === ref.vertex && one.ref.subtask === ref.subtask);
    if (task?.taskManager === undefined || isEndOfTask(task.state)) return undefined;
    return { ref: task.ref, taskManager: task.taskManager };
  }

  /** The TaskManager that a subtask runs on, or ran on and prefers to come back to. */
  homeOf(ref: Pick<AttemptRef, 'vertex' | 'subtask'>): TaskManagerId | undefined {
    const task = this.state.tasks.find((one) => one.ref.vertex === ref.vertex && one.ref.subtask === ref.subtask);
    return task?.taskManager ?? task?.previous?.taskManager;
  }

  taskManagerGone(end: TaskManagerEnd): void {
    this.feed({ e: 'taskManagerGone', ...end });
  }

  taskManagersChanged(): void {
    this.slots.tryAgain();
  }

  /** What a task says. */
  received(taskManager: TaskManagerId, message: FromTaskManager): void {
    switch (message.m) {
      case 'taskState': {
        const { ref, state, error } = message;
        const injected = error?.code === injectedCode;
        this.feed({ e: 'taskState', ref, state, ...(error === undefined ? {} : { error }), injected });
        return;
      }
      case 'inputExhausted':
      case 'dataFinished':
        this.feed({ e: message.m, ref: message.ref });
        return;
      case 'acknowledge':
        this.count(
          this.checkpointing.coordinator.acknowledge(message.ref, message.checkpoint, message.state, message.metrics),
        );
        return;
      case 'decline':
        this.count(this.checkpointing.coordinator.decline(message.ref, message.checkpoint, message.error));
        return;
      case 'step':
        this.gate.taskStep(taskManager, message);
        return;
      case 'metrics':
        for (const metrics of message.tasks) this.recorder.metrics(metrics, this.services.env.clock.wallMs());
        this.services.hub.publish({ e: 'metrics', job: this.id });
        return;
      case 'hello':
      case 'heartbeat':
      case 'faultFired':
      case 'answer':
        return;
    }
  }

  /** The runtime ends: nothing is decided any more. Resolves when all is written. */
  async close(): Promise<void> {
    this.events.close();
    this.slots.stop();
    this.interpreter.close();
    this.gate.close();
    await this.checkpointing.coordinator.shutdown('shutdown');
    await this.log.close();
  }

  private feed(event: StateEvent): void {
    this.events.feed(event);
  }

  private take(event: StateEvent): void {
    const before = this.state;
    const { clock, random } = this.services.env;
    const { state, effects } = decide(before, event, { nowMs: clock.monoMs(), chance: random.next() });
    this.state = state;
    this.log.append('event', event);
    this.remember(before, state);
    for (const effect of effects) {
      this.log.append('effect', effect);
      this.run(effect, state);
    }
  }

  /** What is thrown here is our own fault; the job restarts after a while instead of hanging. */
  private run(effect: Effect, state: JobState): void {
    try {
      this.interpreter.run(effect, state);
    } catch (thrown) {
      const { env } = this.services;
      const error = errorData(thrown);
      env.log.error('an effect failed', { job: this.id, effect: effect.f, error: error.message, stack: error.stack });
      env.clock.after(internalFailureDelayMs, 'real', () => this.feed({ e: 'jobFailed', error }));
    }
  }

  private remember(before: JobState, after: JobState): void {
    const { env, hub } = this.services;
    const nowMs = env.clock.wallMs();
    if (this.recorder.compare(before, after, nowMs)) hub.publish({ e: 'tasks', job: this.id });
    after.tasks.forEach((task, index) => {
      if (task === before.tasks[index] || !isEndOfTask(task.state)) return;
      this.interpreter.ended(task.ref);
      this.gate.taskEnded(task.ref, `the task is ${task.state}`);
    });
    const status = jobStatus(after);
    if (after.recovery !== before.recovery) this.stop.recoveryBegun();
    if (this.recorder.setStatus(status, nowMs)) hub.publish({ e: 'job', job: this.id, status });
  }

  private count(accepted: boolean): void {
    if (!accepted) this.fenced += 1;
  }

  private releaseTasks(): void {
    for (const { ref, taskManager, state } of this.state.tasks) {
      if (taskManager === undefined || isEndOfTask(state)) continue;
      this.services.taskManagers.send(taskManager, { m: 'setStepping', ref, stepping: runFreely });
    }
  }

  private toTask(ref: AttemptRef, message: ToTaskManager): void {
    const place = this.placeOf(ref);
    if (place !== undefined) this.services.taskManagers.send(place.taskManager, message);
  }

  private checkpointChanged(checkpoint: CheckpointId): void {
    const record = this.checkpointing.coordinator.stats.get(checkpoint);
    if (record === undefined) return;
    this.services.hub.publish({
      e: 'checkpoint',
      job: this.id,
      checkpoint,
      status: record.status,
      savepoint: record.kind !== 'CHECKPOINT',
      acknowledged: record.acknowledged,
      of: record.subtasks,
    });
  }

  /** Nothing of the job runs any more: what its checkpoints' properties say is deleted, slots and local state are given up. */
  private async over(status: 'CANCELED' | 'FAILED' | 'FINISHED'): Promise<void> {
    this.interpreter.close();
    await this.checkpointing.coordinator.shutdown(status === 'FAILED' ? 'job-failed' : 'cancelled');
    await this.checkpointing.store.shutdown(status);
    await this.log.close();
    this.services.jobOver(this.id);
    this.stop.jobEnded(status);
  }

  private createCheckpointing(): JobCheckpointing {
    return new JobCheckpointing(this.services.env, this.spec, {
      state: () => this.state,
      toTask: (ref, message) => this.toTask(ref, message),
      toTaskManagers: (message) => {
        for (const taskManager of taskManagersOf(this.state)) this.services.taskManagers.send(taskManager, message);
      },
      changed: (checkpoint) => this.checkpointChanged(checkpoint),
      restorable: (completed, dataFinished) =>
        this.feed({ e: 'checkpointCompleted', checkpoint: chosenCheckpoint(completed), dataFinished }),
      tolerableFailuresExceeded: (error) => this.feed({ e: 'jobFailed', error }),
    });
  }

  private createInterpreter(): EffectInterpreter {
    const { env, settings, taskManagers } = this.services;
    const { graph, bundle, config, baseDirectory, checkpointDirectory } = this.spec;
    return new EffectInterpreter({
      env,
      graph,
      bundle,
      taskConfig: {
        checkpointsRoot: checkpointDirectory,
        inlineThresholdBytes: settings.inlineThresholdBytes,
        localRecovery: settings.localRecovery,
        checkpointingEnabled: config.checkpointing.intervalMs !== undefined,
        checkpointMode: config.checkpointing.mode,
        ...(config.rowsPerSecond === undefined ? {} : { rowsPerSecond: config.rowsPerSecond }),
        baseDirectory,
      },
      cancelTimeoutMs: settings.cancelTimeoutMs,
      taskManagers,
      gate: this.gate,
      slots: this.slots,
      coordinator: this.checkpointing.coordinator,
      recorder: this.recorder,
      snapshot: (path) => this.checkpointing.snapshot(path),
      feed: (event) => this.feed(event),
      stopSavepoint: (savepoint) => this.stop.savepointBegun(savepoint),
      jobOver: (status) => void this.over(status),
      ignored: () => {
        this.fenced += 1;
      },
    });
  }
}
