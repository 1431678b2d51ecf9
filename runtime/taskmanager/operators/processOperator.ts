import type { ProcessFunction } from '../../api/functions';
import type { RowBatch } from '../../wire/batch';
import type { UnkeyedContext } from './functionContext';
import { UnkeyedFunctionOperator, type ElementCall } from './functionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import type { OperatorPlace } from './userFailure';

/** Runs a ProcessFunction: without keys, hence without keyed state and timers. */
export class ProcessOperator extends UnkeyedFunctionOperator {
  private readonly element: ElementCall<UnkeyedContext>;

  constructor(place: OperatorPlace, process: ProcessFunction<unknown, unknown>, environment: SubtaskEnvironment) {
    super(place, process, environment);
    this.element = {
      method: 'processElement',
      call: (value, context, out) => process.processElement(value, context, out),
    };
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    return this.processRows(batch, this.context, this.element);
  }
}
