import type { OperatorId } from '../base/ids';
import { CloseableRegistry } from '../state/closeableRegistry';
import type { TaskDeployment } from '../wire/messages';
import { createChain, createOutputs } from './createChain';
import { openGate, type OpenGate } from './network/openGate';
import { OperatorChain, type ArmedThrow, type ChainLink } from './operatorChain';
import { SinkOperator } from './operators/sinkOperator';
import { SourceOperator } from './operators/sourceOperator';
import type { StreamOperator } from './operators/streamOperator';
import type { RecoverySteps } from './recoverySteps';
import { restoreChain } from './restoreChain';
import { StreamTask } from './streamTask';
import { SubtaskCheckpoints } from './subtaskCheckpoints';
import type { TaskEnvironment } from './taskEnvironment';
import type { TaskStateManager } from './taskState';

/** The attempt that this is the inside of. */
export interface TaskInvokableHost {
  /** There is something to do again. */
  readonly signal: () => void;
  readonly failed: (error: unknown) => void;
  /** Throws when the attempt has ended while something was awaited. */
  readonly check: () => void;
  readonly report: (state: 'INITIALIZING' | 'RUNNING') => void;
  /** An injected failure was thrown, or never will be. */
  readonly fired: (armed: ArmedThrow, fired: boolean) => void;
  readonly finished: () => void;
  /** Something went wrong while all was cleaned up; the rest is cleaned up all the same. */
  readonly problem: (error: unknown) => void;
}

/**
 * What a task runs: its operators, restored, chained, and at work on an open gate. Built by the steps of the restore program, one after
 * the other; what there is of it when the task ends is cleaned up. Flink's `TaskInvokable`.
 */
export class TaskInvokable {
  operators: readonly StreamOperator[] = [];
  chain: OperatorChain | undefined;
  stream: StreamTask | undefined;
  /** What sources have to say. */
  readonly notes = new Map<string, number>();
  private readonly outputs: ReturnType<typeof createOutputs>;
  private readonly open = new CloseableRegistry();
  private checkpoints: SubtaskCheckpoints | undefined;
  private input: OpenGate | undefined;
  private restoring: Promise<void> = Promise.resolve();

  constructor(
    private readonly environment: TaskEnvironment,
    private readonly deployment: TaskDeployment,
    private readonly steps: RecoverySteps,
    private readonly host: TaskInvokableHost,
  ) {
    this.outputs = createOutputs(deployment, host.signal);
    environment.partitions.register(
      deployment.ref,
      this.outputs.flatMap((output) => output.targets.map((target) => ({ edge: output.deployment.edge, ...target }))),
    );
  }

  restore(): void {
    this.restoring = this.build().catch((error: unknown) => this.host.failed(error));
  }

  async cleanUp(): Promise<void> {
    const { problem, fired } = this.host;
    this.environment.partitions.unregister(this.deployment.ref);
    this.input?.release();
    this.stream?.release();
    const closing = [this.open.close(), this.checkpoints?.close() ?? Promise.resolve()];
    for (const each of await Promise.allSettled(closing)) if (each.status === 'rejected') problem(each.reason);
    await this.restoring;
    for (const armed of this.chain?.armed ?? []) fired(armed, false);
    for (const operator of this.operators) await operator.close().catch(problem);
  }

  private async build(): Promise<void> {
    const { deployment, environment, host } = this;
    const graph = await environment.loadJob(deployment.bundle);
    const state = await environment.stateManager(deployment);
    host.check();
    host.report('INITIALIZING');
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
    host.check();
    await this.openAndRun(links, state);
  }

  private async openAndRun(links: readonly ChainLink[], state: TaskStateManager): Promise<void> {
    const { host, environment } = this;
    const { env, send } = environment;
    const chain = new OperatorChain(links, host.signal, host.failed, (armed) => host.fired(armed, true));
    const checkpoints = new SubtaskCheckpoints(env, this.deployment.ref, this.operators, state, send, host.failed);
    this.chain = chain;
    this.checkpoints = checkpoints;
    const gate = this.steps.gate();
    await gate.step({ k: 'gatesOpened' }, () => {
      this.openGate(checkpoints);
      return Promise.resolve({ result: undefined });
    });
    await gate.step({ k: 'taskRunning' }, () => {
      host.check();
      this.stream = this.createStream(links, chain, checkpoints);
      host.report('RUNNING');
      return Promise.resolve({ result: undefined });
    });
    host.signal();
  }

  private openGate(checkpoints: SubtaskCheckpoints): void {
    this.host.check();
    if (this.deployment.inputs.length === 0) return;
    this.input = openGate(this.environment, this.deployment, {
      available: this.host.signal,
      failed: this.host.failed,
      superseded: (target) => checkpoints.superseded(target),
    });
  }

  private createStream(links: readonly ChainLink[], chain: OperatorChain, checkpoints: SubtaskCheckpoints): StreamTask {
    const { env, send } = this.environment;
    const { operators, host } = this;
    const { ref } = this.deployment;
    const head = operators[0];
    for (const operator of operators) if (operator instanceof SinkOperator) operator.onAvailable(host.signal);
    return new StreamTask({
      env,
      operators,
      chain,
      writers: links.flatMap((link) => link.writers.map(({ writer }) => writer)),
      checkpoints,
      gate: this.input?.gate,
      source: head instanceof SourceOperator ? head : undefined,
      listener: {
        signal: host.signal,
        failed: host.failed,
        firstRecord: () => this.steps.tell({ k: 'firstRecord' }),
        inputExhausted: () => send({ m: 'inputExhausted', ref }),
        dataFinished: () => send({ m: 'dataFinished', ref }),
        finished: host.finished,
      },
    });
  }
}
