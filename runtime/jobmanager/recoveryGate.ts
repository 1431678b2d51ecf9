import type { Disposable, Env } from '../base/env';
import type {
  ChosenCheckpoint,
  FailureCause,
  JobManagerStep,
  RecoveryEvent,
  Scope,
  Step,
  StepKind,
  Verdict,
} from '../base/events';
import { JobStateError } from '../base/errors';
import {
  id as brand,
  type AttemptRef,
  type HoldId,
  type JobId,
  type RunId,
  type Seq,
  type TaskManagerId,
} from '../base/ids';
import { afterResume, holdEveryStage, holdsBefore, runFreely, type ResumeHow, type Stepping } from '../base/stepping';
import type { FromTaskManager, ToTaskManager } from '../wire/messages';
import type { EventHub } from './eventHub';
import type { EventLog } from './eventLog';
import type { HeldStepRecord, RecoveryRecord } from './records';

export interface RecoveryGateListener {
  /** The step of the JobManager is let in. */
  entered(recovery: number, step: StepKind): void;
  toTask(taskManager: TaskManagerId, message: ToTaskManager): void;
  /** No task shall hold any more, held ones go on. */
  releaseTasks(): void;
}

/** What a recovery is remembered by; the newest `detailed` of them with all their events. */
const detailed = 50;

interface OpenStep {
  readonly begin: RecoveryEvent;
  /** Of a step of a task. */
  readonly taskManager?: TaskManagerId;
  startMs: number;
  hold: HoldId | undefined;
}

type Entry = { -readonly [K in keyof RecoveryRecord]: RecoveryRecord[K] } & { events: RecoveryEvent[]; heldMs: number };

/**
 * The gate through which every recovery step of a job passes, and the record of all of them. A step of the JobManager begins here and
 * is let in at once or, when held, by `resume`; the steps of tasks are reported by their TaskManagers. While something is held the
 * holdable clocks stand still.
 */
export class RecoveryGate {
  /** The next recovery is held before its first step. */
  armed = false;
  private stepping: Stepping = runFreely;
  private readonly entries: Entry[] = [];
  private readonly open = new Map<string, OpenStep>();
  private steps = 0;
  private pause: { readonly clock: Disposable; readonly sinceMs: number } | undefined;

  constructor(
    private readonly env: Env,
    private readonly job: JobId,
    private readonly run: RunId,
    private readonly hub: EventHub,
    private readonly log: EventLog,
    private readonly listener: RecoveryGateListener,
  ) {}

  get records(): readonly RecoveryRecord[] {
    return this.entries;
  }

  get holds(): readonly HeldStepRecord[] {
    return [...this.open.values()].flatMap(({ begin, hold }) => (hold === undefined ? [] : [{ hold, event: begin }]));
  }

  /** How the tasks of the present recovery begin. */
  get taskStepping(): Stepping {
    return this.stepping;
  }

  begin(recovery: number, cause: FailureCause): void {
    this.stepping = this.armed ? holdEveryStage : runFreely;
    this.armed = false;
    this.entries.push({
      recovery,
      cause,
      startMs: this.env.clock.wallMs(),
      status: 'running',
      events: [],
      heldMs: 0,
    });
    const old = this.entries.at(-1 - detailed);
    if (old !== undefined) old.events = [];
  }

  /** Begins a step of the JobManager; `entered` is called when it may run. */
  enter(recovery: number, step: JobManagerStep): void {
    const hold = holdsBefore(this.stepping, step.k) ? this.newHold() : undefined;
    this.opened(this.scope(recovery), this.newStepId(), step, hold, undefined, this.env.clock.wallMs());
    if (step.k === 'checkpointChosen') this.choose(recovery, step.checkpoint);
    if (hold === undefined) this.listener.entered(recovery, step.k);
  }

  leave(recovery: number, step: StepKind, verdict: Verdict): void {
    for (const open of this.open.values()) {
      const { scope } = open.begin;
      if (scope.at === 'jobmanager' && scope.recovery === recovery && open.begin.step.k === step) {
        this.closed(open, verdict);
      }
    }
  }

  end(recovery: number): void {
    this.finish(recovery, 'done');
  }

  /** Another failure, or a cancel: the open steps end as skipped. */
  giveUp(recovery: number, why: string): void {
    for (const open of [...this.open.values()]) this.closed(open, { v: 'skipped', why });
    this.finish(recovery, 'given up');
  }

  /** A step that a task reports. */
  taskStep(taskManager: TaskManagerId, message: Extract<FromTaskManager, { m: 'step' }>): void {
    const { scope, step, stepId, phase, hold, verdict, tookMs, atMs } = message;
    if (phase === 'begin') {
      this.opened(scope, stepId, step, hold, taskManager, atMs);
      return;
    }
    const open = this.open.get(keyOf(scope, stepId));
    this.open.delete(keyOf(scope, stepId));
    this.emit(scope, step, stepId, atMs, {
      phase,
      ...(verdict === undefined ? {} : { verdict }),
      ...(tookMs === undefined ? {} : { tookMs }),
    });
    if (open?.hold !== undefined) this.holdsChanged();
  }

  /** The attempt is over: what it had begun does not end any more. */
  taskEnded(ref: AttemptRef, why: string): void {
    for (const open of [...this.open.values()]) {
      const { scope } = open.begin;
      if (scope.at !== 'task' || scope.vertex !== ref.vertex || scope.subtask !== ref.subtask) continue;
      if (scope.attempt === ref.attempt) this.closed(open, { v: 'skipped', why });
    }
  }

  /**
   * Lets one held step go, or all. `go` without a hold: nothing of this recovery holds any more. Throws `debug.not-held`.
   */
  resume(hold: HoldId | undefined, how: ResumeHow): void {
    const held = [...this.open.values()].filter((open) => open.hold !== undefined && (hold ?? open.hold) === open.hold);
    if (hold !== undefined && held.length === 0) {
      throw new JobStateError('debug.not-held', `The step ${hold} is not held any more.`, {
        domain: 'user',
        advice: 'Look at the steps that are held now.',
      });
    }
    if (hold === undefined && how === 'go') {
      this.stepping = runFreely;
      this.listener.releaseTasks();
    }
    for (const open of held) this.letGo(open, how);
    this.holdsChanged();
    if (held.length > 0) this.hub.publish({ e: 'hold', job: this.job, armed: this.armed });
  }

  /** The job is over. */
  close(): void {
    for (const open of [...this.open.values()]) this.closed(open, { v: 'skipped', why: 'the job is over' });
    this.pause?.clock.dispose();
    this.pause = undefined;
  }

  private letGo(open: OpenStep, how: ResumeHow): void {
    const { hold, begin, taskManager } = open;
    if (hold === undefined) return;
    open.hold = undefined;
    open.startMs = this.env.clock.monoMs();
    this.log.append('step', { resumed: hold, how });
    if (taskManager !== undefined) {
      this.listener.toTask(taskManager, { m: 'resume', hold, how });
      return;
    }
    this.stepping = afterResume(begin.step.k, how);
    this.listener.entered(begin.scope.recovery, begin.step.k);
  }

  private opened(
    scope: Scope,
    stepId: string,
    step: Step,
    hold: HoldId | undefined,
    taskManager: TaskManagerId | undefined,
    atMs: number,
  ): void {
    const begin = this.emit(scope, step, stepId, atMs, { phase: 'begin', ...(hold === undefined ? {} : { hold }) });
    this.open.set(keyOf(scope, stepId), {
      begin,
      ...(taskManager === undefined ? {} : { taskManager }),
      startMs: this.env.clock.monoMs(),
      hold,
    });
    if (hold !== undefined) this.holdsChanged();
  }

  private closed(open: OpenStep, verdict: Verdict): void {
    const { scope, step, stepId } = open.begin;
    this.open.delete(keyOf(scope, stepId));
    const tookMs = open.hold === undefined ? this.env.clock.monoMs() - open.startMs : 0;
    this.emit(scope, step, stepId, this.env.clock.wallMs(), { phase: 'end', verdict, tookMs });
    if (open.hold !== undefined) this.holdsChanged();
  }

  private emit(
    scope: Scope,
    step: Step,
    stepId: string,
    atMs: number,
    rest: Pick<RecoveryEvent, 'phase' | 'hold' | 'verdict' | 'tookMs'>,
  ): RecoveryEvent {
    const event: RecoveryEvent = {
      seq: brand<Seq>(this.hub.nextSeq),
      run: this.run,
      atMs,
      evidence: 'live',
      scope,
      step,
      stepId,
      ...rest,
    };
    this.entry(scope.recovery)?.events.push(event);
    this.log.append('step', event);
    this.hub.publish({ e: 'recovery', job: this.job, event });
    return event;
  }

  /** The clock stands still as long as something is held; the time is not counted as that of the recovery. */
  private holdsChanged(): void {
    const holds = this.holds;
    if (holds.length > 0 && this.pause === undefined) {
      this.pause = { clock: this.env.clock.hold('debugger'), sinceMs: this.env.clock.monoMs() };
    } else if (holds.length === 0 && this.pause !== undefined) {
      const entry = this.entries.at(-1);
      if (entry !== undefined) entry.heldMs += this.env.clock.monoMs() - this.pause.sinceMs;
      this.pause.clock.dispose();
      this.pause = undefined;
    }
    for (const entry of this.entries) {
      if (entry.endMs !== undefined) continue;
      entry.status = holds.some(({ event }) => event.scope.recovery === entry.recovery) ? 'held' : 'running';
    }
  }

  private finish(recovery: number, status: 'done' | 'given up'): void {
    const entry = this.entry(recovery);
    if (entry === undefined || entry.endMs !== undefined) return;
    entry.endMs = this.env.clock.wallMs();
    entry.status = status;
    entry.tookMs = Math.max(0, entry.endMs - entry.startMs - Math.round(entry.heldMs));
  }

  private choose(recovery: number, checkpoint: ChosenCheckpoint | undefined): void {
    const entry = this.entry(recovery);
    if (entry !== undefined && checkpoint !== undefined) entry.checkpoint = checkpoint;
  }

  private entry(recovery: number): Entry | undefined {
    return this.entries.findLast((entry) => entry.recovery === recovery);
  }

  private scope(recovery: number): Scope {
    return { job: this.job, recovery, at: 'jobmanager' };
  }

  private newStepId(): string {
    this.steps += 1;
    return `jobmanager-${this.job.slice(0, 8)}-${this.steps}`;
  }

  private newHold(): HoldId {
    return brand<HoldId>(`hold-${this.env.random.hex(6)}`);
  }
}

function keyOf(scope: Scope, stepId: string): string {
  return scope.at === 'task' ? `${scope.vertex}_${scope.subtask}_${scope.attempt}_${stepId}` : stepId;
}
