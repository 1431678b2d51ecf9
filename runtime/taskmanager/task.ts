import { errorData, type ErrorData, JobStateError } from '../base/errors';
import type { AttemptRef, CheckpointId, FaultId, HoldId, OperatorId } from '../base/ids';
import type { ResumeHow, Stepping } from '../base/stepping';
import { CloseableRegistry } from '../state/closeableRegistry';
import type {
  SnapshotTarget,
  StateAnswer,
  StateQuery,
  TaskDeployment,
  TaskExecutionState,
  TaskMetrics,
} from '../wire/messages';
import { answerQuery, describeStates } from './answerQuery';
import { createChain, createOutputs, type TaskOutput } from './createChain';
import { openGate, type OpenGate } from './network/openGate';
import { injectedFailure, OperatorChain, type ArmedThrow, type ChainLink } from './operatorChain';
import { SinkOperator } from './operators/sinkOperator';
import { SourceOperator } from './operators/sourceOperator';
import type { StreamOperator } from './operators/streamOperator';
import { operatorSubject } from './operators/userFailure';
import { RecoverySteps } from './recoverySteps';
import { restoreChain } from './restoreChain';
import { done, type Stepped } from './stepped';
import { StreamTask } from './streamTask';
import { SubtaskCheckpoints } from './subtaskCheckpoints';
import type { TaskEnvironment } from './taskEnvironment';
import type { Steppable } from './taskLoop';
import type { TaskStateManager } from './taskState';
import { TaskTimes } from './taskTimes';

const mail: Stepped = { did: 'idle', on: ['mail'] };

/** One attempt of one subtask from its deployment to its end; Flink's `Task`. Its end is reported once, when nothing of it is left. */
export class Task implements Steppable {
  readonly steps: RecoverySteps;
  private readonly outputs: readonly TaskOutput[];
  private readonly times: TaskTimes;
  private readonly open = new CloseableRegistry();
  private readonly notes = new Map<string, number>();
  private operators: readonly StreamOperator[] = [];
  private chain: OperatorChain | undefined;
  private checkpoints: SubtaskCheckpoints | undefined;
  private input: OpenGate | undefined;
  private stream: StreamTask | undefined;
  private starting: Promise<void> = Promise.resolve();
  private ending = false;

  /** @param ended called once, after the last message of this task */
  constructor(
    private readonly environment: TaskEnvironment,
    readonly deployment: TaskDeployment,
    private readonly ended: () => void,
  ) {
    const { env, taskManager, send, partitions } = environment;
    this.times = new TaskTimes(env.clock);
    this.steps = new RecoverySteps(env, deployment, taskManager, send);
    this.outputs = createOutputs(deployment, this.signal);
    const { ref } = deployment;
    partitions.register(
      ref,
      this.outputs.flatMap((output) => output.targets.map((target) => ({ edge: output.deployment.edge, ...target }))),
    );
  }

  get ref(): AttemptRef {
    return this.deployment.ref;
  }

  start(): void {
    this.report('DEPLOYING');
    this.environment.loop.add(this);
    this.starting = this.initialize().catch((error: unknown) => this.fail(error));
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
    if (this.chain === undefined || this.ending) return false;
    this.chain.arm(operator, armed);
    return true;
  }

  disarm(fault: FaultId): boolean {
    return this.chain?.disarm(fault) ?? false;
  }

  /** Fails with a user error for what the task does not have. */
  query(query: StateQuery): StateAnswer {
    if (this.stream === undefined || this.ending) {
      throw new JobStateError('task.not-running', 'The task is not running.', { domain: 'external', retry: 'backoff' });
    }
    return answerQuery(this.operators, this.ref.subtask, query);
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
      states: describeStates(this.operators),
      notes: Object.fromEntries(this.notes),
    };
  }

  private readonly signal = (): void => this.environment.loop.signal(this);
  private readonly failed = (error: unknown): void => this.fail(error);

  private async initialize(): Promise<void> {
    const { deployment, environment } = this;
    const graph = await environment.loadJob(deployment.bundle);
    const state = await environment.stateManager(deployment);
    this.check();
    this.report('INITIALIZING');
    const links = createChain({
      env: environment.env,
      task: deployment,
      graph,
      connectors: environment.connectors,
      outputs: this.outputs,
      count: (name, increment) => this.notes.set(name, (this.notes.get(name) ?? 0) + increment),
    });
    this.operators = links.map((link) => link.operator);
    const gateOf = (operator: OperatorId) => this.steps.gate(operator);
    await restoreChain(deployment, graph, this.operators, state, gateOf, this.open);
    this.check();
    await this.openAndRun(links, state);
  }

  private async openAndRun(links: readonly ChainLink[], state: TaskStateManager): Promise<void> {
    const { send } = this.environment;
    const chain = new OperatorChain(links, this.signal, this.failed, (armed) => this.fired(armed, true));
    const checkpoints = new SubtaskCheckpoints(
      this.environment.env,
      this.ref,
      this.operators,
      state,
      send,
      this.failed,
    );
    this.chain = chain;
    this.checkpoints = checkpoints;
    const gate = this.steps.gate();
    await gate.step({ k: 'gatesOpened' }, () => {
      this.openGate(checkpoints);
      return Promise.resolve({ result: undefined });
    });
    await gate.step({ k: 'taskRunning' }, () => {
      this.check();
      this.stream = this.createStream(links, chain, checkpoints);
      this.report('RUNNING');
      return Promise.resolve({ result: undefined });
    });
    this.signal();
  }

  private openGate(checkpoints: SubtaskCheckpoints): void {
    this.check();
    if (this.deployment.inputs.length === 0) return;
    this.input = openGate(this.environment, this.deployment, {
      available: this.signal,
      failed: this.failed,
      superseded: (target) => checkpoints.superseded(target),
    });
  }

  private createStream(links: readonly ChainLink[], chain: OperatorChain, checkpoints: SubtaskCheckpoints): StreamTask {
    const { env, send } = this.environment;
    const { ref, operators } = this;
    const head = operators[0];
    for (const operator of operators) if (operator instanceof SinkOperator) operator.onAvailable(this.signal);
    return new StreamTask({
      env,
      operators,
      chain,
      writers: links.flatMap((link) => link.writers),
      checkpoints,
      gate: this.input?.gate,
      source: head instanceof SourceOperator ? head : undefined,
      listener: {
        signal: this.signal,
        failed: this.failed,
        firstRecord: () => this.steps.tell({ k: 'firstRecord' }),
        inputExhausted: () => send({ m: 'inputExhausted', ref }),
        dataFinished: () => send({ m: 'dataFinished', ref }),
        finished: () => this.end('FINISHED', 'The task has finished.'),
      },
    });
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
    this.cleanUp()
      .catch((problem: unknown) => this.logProblem(problem))
      .then(() => {
        this.report(state, error);
        this.signal();
        this.ended();
      })
      .catch((problem: unknown) => this.logProblem(problem));
  }

  private async cleanUp(): Promise<void> {
    this.environment.partitions.unregister(this.ref);
    this.input?.release();
    this.stream?.release();
    const closing = [this.open.close(), this.checkpoints?.close() ?? Promise.resolve()];
    for (const each of await Promise.allSettled(closing)) if (each.status === 'rejected') this.logProblem(each.reason);
    await this.starting;
    for (const armed of this.chain?.armed ?? []) this.fired(armed, false);
    for (const operator of this.operators) {
      await operator.close().catch((problem: unknown) => this.logProblem(problem));
    }
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
