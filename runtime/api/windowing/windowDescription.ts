import { userError } from '../../base/errors';
import { check, integer } from '../../graph/checks';
import type { AggregateFunction, ReduceFunction } from '../aggregations';
import type { OutputTag } from '../outputTag';
import { AggregatingStateDescriptor, ListStateDescriptor, ReducingStateDescriptor } from '../state';
import type { TypeInformation } from '../types';
import type { Trigger } from './triggers';
import type { WindowAssigner } from './windowAssigners';
import { functionAndType, type FunctionAndType } from './windowArguments';
import type { AnyWindowFunction } from './windowFunctions';
import { windowContents, type WindowContentsDescriptor, type WindowSpec } from './windowSpec';

/** What an author can say about the windows of a keyed stream before saying what to do with them. */
export class WindowDescription<T> {
  // Erased: the runtime calls them with rows that it knows nothing of.
  readonly #assigner: WindowAssigner<unknown>;
  #trigger: Trigger<unknown>;
  #allowedLatenessMs = 0;
  #lateDataTag: OutputTag<unknown> | undefined;

  constructor(assigner: WindowAssigner<T>) {
    this.#assigner = assigner as WindowAssigner<unknown>;
    this.#trigger = assigner.defaultTrigger();
  }

  /** In place of the assigner's own, which fires at the end of each window. */
  trigger(trigger: Trigger<T>): this {
    if (this.#assigner.isMerging && !trigger.canMerge) {
      throw userError(
        'job.trigger',
        `${trigger.name} cannot be the trigger of ${this.#assigner.name}, whose windows merge.`,
        'Use a trigger that can merge, or windows that do not merge.',
      );
    }
    this.#trigger = trigger as Trigger<unknown>;
    return this;
  }

  /** How long after its end, in event time, a window still takes rows and fires anew; 0 by default. */
  allowedLateness(allowedLatenessMs: number): this {
    check('allowedLatenessMs', allowedLatenessMs, integer(0));
    this.#allowedLatenessMs = allowedLatenessMs;
    return this;
  }

  /** Rows that come too late for all their windows go to this side output; without it they are dropped and counted. */
  sideOutputLateData(tag: OutputTag<T>): this {
    this.#lateDataTag = tag;
    return this;
  }

  /** Windows that keep one value: their rows, reduced. */
  protected reducing(reduce: ReduceFunction<T>, rest: FunctionAndType<T>): WindowSpec {
    const { windowFunction, type } = functionAndType(rest);
    const contents = new ReducingStateDescriptor(windowContents, reduce, type) as ReducingStateDescriptor;
    return this.#spec(contents, windowFunction);
  }

  /** Windows that keep one accumulator. */
  protected aggregating<Acc, V>(aggregate: AggregateFunction<T, Acc, V>, rest: FunctionAndType<Acc>): WindowSpec {
    const { windowFunction, type } = functionAndType(rest);
    return this.#spec(new AggregatingStateDescriptor(windowContents, aggregate, type), windowFunction);
  }

  /** Windows that keep all their rows. */
  protected collecting(windowFunction: AnyWindowFunction, elementType: TypeInformation<T> | undefined): WindowSpec {
    return this.#spec(new ListStateDescriptor(windowContents, elementType), windowFunction);
  }

  #spec(contents: WindowContentsDescriptor, windowFunction: AnyWindowFunction | undefined): WindowSpec {
    return {
      assigner: this.#assigner,
      trigger: this.#trigger,
      allowedLatenessMs: this.#allowedLatenessMs,
      contents,
      ...(windowFunction === undefined ? {} : { windowFunction }),
      ...(this.#lateDataTag === undefined ? {} : { lateDataTag: this.#lateDataTag }),
    };
  }
}
