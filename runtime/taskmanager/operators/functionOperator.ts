import type { RichFunction } from '../../api/functions';
import type { RowBatch } from '../../wire/batch';
import type { SnapshotTarget } from '../../wire/messages';
import { BatchCollector } from './batchCollector';
import { initializeFunction, prepareFunction } from './checkpointedFunction';
import { UnkeyedContext, type FunctionContext } from './functionContext';
import { runtimeContext, type SubtaskEnvironment } from './runtimeContext';
import { SideOutputs } from './sideOutputs';
import { StreamOperator, type Advanced, type OperatorState, type SideBatch } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

/** The method of a function that takes one kind of rows. */
export interface ElementCall<Context> {
  /** Its name, for the message when it fails. */
  readonly method: string;
  readonly call: (value: unknown, context: Context, out: BatchCollector) => void;
}

/** Runs a function object: its life, its operator state, its side outputs; Flink's `AbstractUdfStreamOperator`. */
export abstract class FunctionOperator extends StreamOperator {
  protected readonly collector = new BatchCollector();
  protected readonly sideOutputs = new SideOutputs();
  private opened = false;

  constructor(
    place: OperatorPlace,
    private readonly rich: RichFunction,
    protected readonly environment: SubtaskEnvironment,
  ) {
    super(place);
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    this.prepare(state);
    initializeFunction(this.place, this.rich, state);
    this.opened = true;
    try {
      this.rich.open?.(runtimeContext(this.place, this.environment, state.keyed));
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'open');
    }
  }

  /** Before the function is opened. */
  protected prepare(state: OperatorState): void;
  protected prepare(): void {
    return;
  }

  protected override prepareSnapshot(target: SnapshotTarget): undefined {
    prepareFunction(this.place, this.rich, target);
  }

  override takeSideOutputs(): readonly SideBatch[] {
    return this.sideOutputs.take();
  }

  override async close(): Promise<void> {
    try {
      if (this.opened) this.rich.close?.();
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'close');
    } finally {
      await super.close();
    }
  }

  /** Calls the function for each row, with no key. */
  protected processRows<Context extends FunctionContext>(
    batch: RowBatch,
    context: Context,
    { call, method }: ElementCall<Context>,
  ): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { collector } = this;
    let row = 0;
    try {
      for (; row < length; row++) {
        const timestamp = timestamps === undefined ? NaN : (timestamps[row] ?? NaN);
        context.timestampMs = timestamp;
        collector.timestamp = timestamp;
        call(rows[row], context, collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, method, rows[row]);
    }
    return collector.take();
  }
}

/** A function without keys. */
export abstract class UnkeyedFunctionOperator extends FunctionOperator {
  protected readonly context = new UnkeyedContext(this.sideOutputs, this.environment.clock);

  override advanceTo(watermarkMs: number): Advanced {
    this.context.watermarkMs = watermarkMs;
    return { batch: undefined, done: true };
  }
}
