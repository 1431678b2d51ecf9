import type { ProcessFunction } from '../../api/functions';
import type { RowBatch } from '../../wire/batch';
import { UnkeyedFunctionOperator } from './functionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import { userFailure, type OperatorPlace } from './userFailure';

/** Runs a ProcessFunction: without keys, hence without keyed state and timers. */
export class ProcessOperator extends UnkeyedFunctionOperator {
  constructor(
    place: OperatorPlace,
    private readonly process: ProcessFunction<unknown, unknown>,
    environment: SubtaskEnvironment,
  ) {
    super(place, process, environment);
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { process, collector, context } = this;
    let row = 0;
    try {
      for (; row < length; row++) {
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
}
