import { errorData, type ErrorData, JobStateError } from '../base/errors';
import type { AttemptRef, CheckpointId, FaultId, HoldId, OperatorId } from '../base/ids';
import type { ResumeHow, Stepping } from '../base/stepping';
import type {
  SnapshotTarget,
  StateAnswer,
  StateQuery,
  TaskDeployment,
  TaskExecutionState,
  TaskMetrics,
} from '../wire/messages';
import { answerQuery, describeStates } from './answerQuery';
import { injectedFailure, type ArmedThrow } from './operatorChain';
import { operatorSubject } from './operators/userFailure';
import { RecoverySteps } from './recoverySteps';
import { done, type Stepped } from './stepped';
import type { StreamTask } from './streamTask';
import type { TaskEnvironment } from './taskEnvironment';
import { TaskInvokable } from './taskInvokable';
import type { Steppable } from './taskLoop';
import { TaskTimes } from './taskTimes';

const mail: Stepped = { did: 'idle', on: ['mail'] };

/** One attempt of one subtask from its deployment to its end; Flink's `Task`. Its end is reported once, when nothing of it is left. */
export class Task implements Steppable {
  readonly steps: RecoverySteps;
  private readonly times: TaskTimes;
  private readonly invokable: TaskInvokable;
  private ending = false;

  /** @param ended called once, after the last message of this task */
  constructor(
    private readonly environment: TaskEnvironment,
    readonly deployment: TaskDeployment,
    private readonly ended: () => void,
  ) {
    const { env, taskManager, send } = environment;
    this.times = new TaskTimes(env.clock);
    this.steps = new RecoverySteps(env, deployment, taskManager, send);
    this.invokable = new TaskInvokable(environment, deployment, this.steps, {
      signal: this.signal,
      failed: (error) => this.fail(error),
      check: () => this.check(),
      report: (state) => this.report(state),
      fired: (armed, fired) => this.fired(armed, fired),
      finished: () => this.end('FINISHED', 'The task has finished.'),
      problem: (error) => this.logProblem(error),
    });
  }

  get ref(): AttemptRef {
    return this.deployment.ref;
  }

  start(): void {
    this.report('DEPLOYING');
    this.environment.loop.add(this);
    this.invokable.restore();
  }

  step(maxRows: number): Stepped {
    if (this.ending) return done;
    const { stream } = this;
    const { hold } = this.steps;
    if (hold !== undefined) return { did: 'held', hold };
    if (stream === undefined) return mail;
    try {
      return this.times.measure(() => stream.step(maxRows));
    } catch (error) {
      this.fail(error);
      return done;
    }
  }

  cancel(): void {
    this.end('CANCELED', 'The task was cancelled.');
  }

  fail(error: unknown): void {
    this.end('FAILED', 'The task failed.', errorData(error));
  }

  triggerCheckpoint(target: SnapshotTarget): void {
    if (this.stream !== undefined) this.stream.triggerCheckpoint(target);
    else if (!this.ending) this.decline(target);
  }

  checkpointComplete(checkpoint: CheckpointId, savepoint: boolean): void {
    this.stream?.checkpointComplete(checkpoint, savepoint);
  }

  checkpointAborted(checkpoint: CheckpointId): void {
    this.stream?.checkpointAborted(checkpoint);
  }

  endInput(): void {
    this.stream?.endInput();
  }

  finish(): void {
    this.stream?.finish();
  }

  resume(hold: HoldId, how: ResumeHow): boolean {
    return this.steps.resume(hold, how);
  }

  setStepping(stepping: Stepping): void {
    this.steps.setStepping(stepping);
  }

  /** True when the operator is one of this task's. */
  has(operator: OperatorId): boolean {
    return this.deployment.vertex.operators.some((each) => each.operatorId === operator);
  }

  throwNow(operator: OperatorId, message: string): void {
    const chained = this.deployment.vertex.operators.find((each) => each.operatorId === operator);
    if (chained === undefined) return;
    this.fail(injectedFailure(message, operatorSubject({ operator: chained, subtask: this.ref.subtask })));
  }

  /** False while the task has no operators yet. */
  arm(operator: OperatorId, armed: ArmedThrow): boolean {
    const { chain } = this.invokable;
    if (chain === undefined || this.ending) return false;
    chain.arm(operator, armed);
    return true;
  }

  /** False while the task takes no part in checkpoints. */
  declineNextCheckpoint(fault: FaultId): boolean {
    if (this.stream === undefined || this.ending) return false;
    this.stream.declineNextCheckpoint(fault);
    return true;
  }

  disarm(fault: FaultId): boolean {
    return this.invokable.chain?.disarm(fault) === true || this.stream?.disarm(fault) === true;
  }

  /** Fails with a user error for what the task does not have. */
  query(query: StateQuery): StateAnswer {
    if (this.stream === undefined || this.ending) {
      throw new JobStateError('task.not-running', 'The task is not running.', { domain: 'external', retry: 'backoff' });
    }
    return answerQuery(this.invokable.operators, this.ref.subtask, query);
  }

  metrics(): TaskMetrics | undefined {
    const { stream, times } = this;
    if (stream === undefined || this.ending) return undefined;
    times.update();
    const { busyMs, idleMs, backPressuredMs } = times;
    const { recordsIn, recordsOut, bytesIn, bytesOut, watermarkMs } = stream;
    return {
      ref: this.ref,
      ...{ recordsIn, recordsOut, bytesIn, bytesOut, busyMs, idleMs, backPressuredMs },
      ...(watermarkMs === undefined ? {} : { watermarkMs }),
      operators: this.invokable.chain?.metrics() ?? [],
      states: describeStates(this.invokable.operators),
      notes: Object.fromEntries(this.invokable.notes),
    };
  }

  private readonly signal = (): void => this.environment.loop.signal(this);

  private get stream(): StreamTask | undefined {
    return this.invokable.stream;
  }

  /** Fails when the task has ended while something was awaited. */
  private check(): void {
    if (this.ending) throw new JobStateError('recovery.given-up', 'The task has ended.');
  }

  private fired(armed: ArmedThrow, fired: boolean): void {
    const outcome = fired ? 'The operator threw.' : 'The task ended before the record came.';
    this.environment.send({ m: 'faultFired', id: armed.id, fired, outcome });
  }

  private decline(target: SnapshotTarget): void {
    const error = errorData(
      new JobStateError('checkpoint.task-not-running', 'The task is not running yet.', {
        domain: 'external',
        retry: 'backoff',
      }),
    );
    this.environment.send({ m: 'decline', ref: this.ref, checkpoint: target.checkpoint, error });
  }

  private end(state: TaskExecutionState, why: string, error?: ErrorData): void {
    if (this.ending) return;
    this.reportLastMetrics();
    this.ending = true;
    this.steps.giveUp(why);
    this.invokable
      .cleanUp()
      .catch((problem: unknown) => this.logProblem(problem))
      .then(() => {
        this.report(state, error);
        this.signal();
        this.ended();
      })
      .catch((problem: unknown) => this.logProblem(problem));
  }

  /** The figures of an ended task stay; those of a short one would never have been told. */
  private reportLastMetrics(): void {
    const metrics = this.metrics();
    if (metrics !== undefined) this.environment.send({ m: 'metrics', tasks: [metrics] });
  }

  private logProblem(problem: unknown): void {
    const { vertex, subtask, attempt } = this.ref;
    this.environment.env.log.warn('ending a task went wrong', { vertex, subtask, attempt, error: String(problem) });
  }

  private report(state: TaskExecutionState, error?: ErrorData): void {
    this.environment.send({ m: 'taskState', ref: this.ref, state, ...(error === undefined ? {} : { error }) });
  }
}
