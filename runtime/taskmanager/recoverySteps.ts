import type { Disposable, Env } from '../base/env';
import { errorData, JobStateError } from '../base/errors';
import type { Scope, TaskStep, Verdict } from '../base/events';
import { attemptKey, id, type HoldId, type OperatorId, type TaskManagerId } from '../base/ids';
import { afterResume, holdsBefore, type ResumeHow, type Stepping } from '../base/stepping';
import type { RecoveryGate, StepResult } from '../state/recoveryGate';
import type { FromTaskManager, TaskDeployment } from '../wire/messages';

interface HeldStep {
  readonly hold: HoldId;
  readonly step: TaskStep;
  readonly letGo: () => void;
  readonly giveUp: (error: JobStateError) => void;
}

/**
 * The restore program of one task attempt as the debugger sees it: every step passes here, in order. A step that is held stops the
 * holdable clocks of this process, not the process.
 */
export class RecoverySteps {
  private stepping: Stepping;
  private held: HeldStep | undefined;
  private givenUp: JobStateError | undefined;
  private count = 0;
  private heldMs = 0;
  private readonly prefix: string;

  constructor(
    private readonly env: Env,
    private readonly deployment: TaskDeployment,
    private readonly taskManager: TaskManagerId,
    private readonly send: (message: FromTaskManager) => void,
  ) {
    this.stepping = deployment.stepping;
    this.prefix = `${taskManager}_${attemptKey(deployment.ref)}_${env.random.hex(4)}`;
  }

  /** The gate for the steps of one operator, or of the task itself. */
  gate(operator?: OperatorId): RecoveryGate {
    const scope = this.scope(operator);
    return { step: (step, run) => this.step(scope, step, run) };
  }

  /** A step that only tells. */
  tell(step: TaskStep): void {
    const stepId = this.nextId();
    const scope = this.scope();
    this.emit(scope, stepId, step, { phase: 'begin' });
    this.emit(scope, stepId, step, { phase: 'end', verdict: { v: 'ok' }, tookMs: 0 });
  }

  get hold(): HoldId | undefined {
    return this.held?.hold;
  }

  /** False when it is not this task that holds there. */
  resume(hold: HoldId, how: ResumeHow): boolean {
    const { held } = this;
    if (held?.hold !== hold) return false;
    this.stepping = afterResume(held.step.k, how);
    held.letGo();
    return true;
  }

  /** Also lets a held step go that would not be held in the new mode. */
  setStepping(stepping: Stepping): void {
    this.stepping = stepping;
    if (this.held !== undefined && !holdsBefore(stepping, this.held.step.k)) this.held.letGo();
  }

  /** The recovery is over before its end: what is held does not run, and no step begins any more. */
  giveUp(why: string): void {
    this.givenUp ??= new JobStateError('recovery.given-up', why, { domain: 'external', retry: 'backoff' });
    this.held?.giveUp(this.givenUp);
  }

  private async step<T>(scope: Scope, step: TaskStep, run: () => Promise<StepResult<T>>): Promise<T> {
    if (this.givenUp !== undefined) throw this.givenUp;
    const stepId = this.nextId();
    if (holdsBefore(this.stepping, step.k)) await this.holdBefore(scope, stepId, step);
    else this.emit(scope, stepId, step, { phase: 'begin' });
    const startMs = this.freeMs();
    try {
      const { result, ...figures } = await run();
      this.emit(scope, stepId, step, {
        phase: 'end',
        verdict: { v: 'ok', ...figures },
        tookMs: this.freeMs() - startMs,
      });
      return result;
    } catch (error) {
      this.emit(scope, stepId, step, {
        phase: 'end',
        verdict: this.verdictOf(error),
        tookMs: this.freeMs() - startMs,
      });
      throw error;
    }
  }

  private async holdBefore(scope: Scope, stepId: string, step: TaskStep): Promise<void> {
    const hold = id<HoldId>(stepId);
    const since = this.env.clock.monoMs();
    let clocks: Disposable | undefined;
    try {
      await new Promise<void>((letGo, giveUp) => {
        this.held = { hold, step, letGo, giveUp };
        clocks = this.env.clock.hold('debugger');
        this.emit(scope, stepId, step, { phase: 'begin', hold });
      });
    } catch (error) {
      this.emit(scope, stepId, step, { phase: 'end', verdict: this.verdictOf(error), tookMs: 0 });
      throw error;
    } finally {
      clocks?.dispose();
      this.held = undefined;
      this.heldMs += this.env.clock.monoMs() - since;
    }
  }

  private verdictOf(error: unknown): Verdict {
    const { givenUp } = this;
    return givenUp === undefined ? { v: 'failed', error: errorData(error) } : { v: 'skipped', why: givenUp.message };
  }

  /** Time without the time held. */
  private freeMs(): number {
    return this.env.clock.monoMs() - this.heldMs;
  }

  private nextId(): string {
    return `${this.prefix}_${++this.count}`;
  }

  private scope(operator?: OperatorId): Scope {
    const { ref, recovery } = this.deployment;
    const { job, vertex, subtask, attempt } = ref;
    const task = { job, recovery, at: 'task', vertex, subtask, attempt, taskManager: this.taskManager } as const;
    return operator === undefined ? task : { ...task, operator };
  }

  private emit(
    scope: Scope,
    stepId: string,
    step: TaskStep,
    what: Omit<Extract<FromTaskManager, { m: 'step' }>, 'm' | 'scope' | 'stepId' | 'step' | 'atMs'>,
  ): void {
    this.send({ m: 'step', scope, stepId, step, atMs: this.env.clock.wallMs(), ...what });
  }
}
