import type { AnyCoProcessFunction } from '../../api/coFunctions';
import type { RowBatch } from '../../wire/batch';
import type { KeyedFunctionContext } from './functionContext';
import { keyColumns, KeyedFunctionOperator, UnkeyedFunctionOperator } from './functionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import { userFailure, type OperatorPlace } from './userFailure';

/** Runs a CoProcessFunction over two inputs without keys. */
export class CoProcessOperator extends UnkeyedFunctionOperator {
  constructor(
    place: OperatorPlace,
    private readonly process: AnyCoProcessFunction,
    environment: SubtaskEnvironment,
  ) {
    super(place, process, environment);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { process, collector, context } = this;
    let row = 0;
    try {
      for (; row < length; row++) {
        const timestamp = timestamps?.[row] ?? NaN;
        context.timestampMs = timestamp;
        collector.timestamp = timestamp;
        if (input === 0) process.processElement1(rows[row], context, collector);
        else process.processElement2(rows[row], context, collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, `processElement${input + 1}`, rows[row]);
    }
    return collector.take();
  }
}

/** Runs a function over two inputs whose batches carry their keys, with state and timers that both share. */
export class KeyedCoProcessOperator extends KeyedFunctionOperator {
  constructor(
    place: OperatorPlace,
    private readonly process: AnyCoProcessFunction,
    environment: SubtaskEnvironment,
  ) {
    super(place, process, environment);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { keys, keyGroups } = keyColumns(batch);
    const { process, collector } = this;
    const { context, backend } = this.keyed;
    let row = 0;
    try {
      for (; row < length; row++) {
        backend.setCurrentKey(keys[row], keyGroups[row] ?? 0);
        const timestamp = timestamps?.[row] ?? NaN;
        context.timestampMs = timestamp;
        collector.timestamp = timestamp;
        if (input === 0) process.processElement1(rows[row], context, collector);
        else process.processElement2(rows[row], context, collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, `processElement${input + 1}`, rows[row]);
    }
    return collector.take();
  }

  protected override onTimer(timestampMs: number, context: KeyedFunctionContext): void {
    this.process.onTimer?.(timestampMs, context, this.collector);
  }
}
