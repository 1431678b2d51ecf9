import type { KeyedProcessFunction } from '../../api/functions';
import type { OperatorSpec } from '../../api/operatorSpec';
import type { RowBatch } from '../../wire/batch';
import type { KeyedFunctionContext } from './functionContext';
import type { ElementCall } from './functionOperator';
import { KeyedFunctionOperator } from './keyedFunctionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import type { OperatorPlace } from './userFailure';

/** Runs a KeyedProcessFunction over batches that carry their keys. */
export class KeyedProcessOperator extends KeyedFunctionOperator {
  private readonly process: KeyedProcessFunction<unknown, unknown, unknown>;
  private readonly element: ElementCall<KeyedFunctionContext>;

  constructor(
    place: OperatorPlace,
    { process }: Extract<OperatorSpec, { kind: 'keyedProcess' }>,
    environment: SubtaskEnvironment,
  ) {
    super(place, process, environment);
    this.process = process;
    this.element = {
      method: 'processElement',
      call: (value, context, out) => process.processElement(value, context, out),
    };
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    return this.processKeyedRows(batch, this.element);
  }

  protected override onTimer(timestampMs: number, context: KeyedFunctionContext): void {
    this.process.onTimer?.(timestampMs, context, this.collector);
  }
}
