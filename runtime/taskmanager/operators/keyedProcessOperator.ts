import type { KeyedProcessFunction } from '../../api/functions';
import type { OperatorSpec } from '../../api/operatorSpec';
import type { RowBatch } from '../../wire/batch';
import type { KeyedFunctionContext } from './functionContext';
import { keyColumns, KeyedFunctionOperator } from './functionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import { userFailure, type OperatorPlace } from './userFailure';

/** Runs a KeyedProcessFunction over batches that carry their keys. */
export class KeyedProcessOperator extends KeyedFunctionOperator {
  private readonly process: KeyedProcessFunction<unknown, unknown, unknown>;

  constructor(
    place: OperatorPlace,
    spec: Extract<OperatorSpec, { kind: 'keyedProcess' }>,
    environment: SubtaskEnvironment,
  ) {
    super(place, spec.process, environment);
    this.process = spec.process;
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { keys, keyGroups } = keyColumns(batch);
    const { process, collector } = this;
    const { context, backend } = this.keyed;
    let row = 0;
    try {
      for (; row < length; row++) {
        backend.setCurrentKey(keys[row], keyGroups[row] ?? 0);
        const timestamp = timestamps === undefined ? NaN : (timestamps[row] ?? NaN);
        context.timestampMs = timestamp;
        collector.timestamp = timestamp;
        process.processElement(rows[row], context, collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'processElement', rows[row]);
    }
    return collector.take();
  }

  protected override onTimer(timestampMs: number, context: KeyedFunctionContext): void {
    this.process.onTimer?.(timestampMs, context, this.collector);
  }
}
