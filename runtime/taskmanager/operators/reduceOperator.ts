import type { OperatorSpec } from '../../api/operatorSpec';
import { ValueStateDescriptor, type ValueState } from '../../api/state';
import { JobStateError } from '../../base/errors';
import { RowBatch } from '../../wire/batch';
import { keyColumns } from './keyedFunctionOperator';
import { StreamOperator, type OperatorState } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

/** The name of the state of Flink's `StreamGroupedReduceOperator`. */
const stateName = '_op_state';

/** Emits, for each row, all rows of its key so far reduced to one. */
export class ReduceOperator extends StreamOperator {
  private value: ValueState<unknown> | undefined;

  constructor(
    place: OperatorPlace,
    private readonly spec: Extract<OperatorSpec, { kind: 'reduce' }>,
  ) {
    super(place);
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    this.value = state.keyed?.keyedStates.getState(new ValueStateDescriptor(stateName, this.spec.valueType));
  }

  override processBatch(batch: RowBatch): RowBatch {
    const { rows, length, timestamps } = batch;
    const { keys, keyGroups } = keyColumns(batch);
    const { value, spec } = this;
    const backend = this.state.keyed;
    if (value === undefined || backend === undefined) throw new JobStateError('internal.not-open', 'No keyed state.');
    const reduced = new Array<unknown>(length);
    let row = 0;
    try {
      for (; row < length; row++) {
        backend.setCurrentKey(keys[row], keyGroups[row] ?? 0);
        const before = value.value();
        const after = before === undefined ? rows[row] : spec.reduce(before, rows[row]);
        value.update(after);
        reduced[row] = after;
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'reduce', rows[row]);
    }
    return new RowBatch(length, reduced, timestamps, undefined, undefined);
  }
}
