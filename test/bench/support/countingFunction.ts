import {
  KeyedProcessFunction,
  Types,
  ValueStateDescriptor,
  type RuntimeContext,
  type ValueState,
} from '../../../runtime/api/index';

/** A number per key in heap state; what a row adds to it, and what comes out, is the bench's. */
export abstract class CountingFunction<In, Out> extends KeyedProcessFunction<string, In, Out> {
  private count: ValueState<number> | undefined;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
  }

  /** To the number of the current key, which is returned. */
  protected add(more: number): number {
    const count = (this.count?.value() ?? 0) + more;
    this.count?.update(count);
    return count;
  }
}
