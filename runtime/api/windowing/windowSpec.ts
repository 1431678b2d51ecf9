import type { OutputTag } from '../outputTag';
import type { AggregatingStateDescriptor, ListStateDescriptor, ReducingStateDescriptor } from '../state';
import type { Trigger } from './triggers';
import type { WindowAssigner } from './windowAssigners';
import type { ProcessWindowFunction } from './windowFunctions';

/** Flink's name of the state that holds what is in each window. */
export const windowContents = 'window-contents';

/** How the rows of a window are kept, erased to unknown rows. */
export type WindowContentsDescriptor =
  ReducingStateDescriptor | AggregatingStateDescriptor<unknown, unknown, unknown> | ListStateDescriptor;

/** What makes a window operator, apart from its key. */
export interface WindowSpec {
  readonly assigner: WindowAssigner<unknown>;
  readonly trigger: Trigger<unknown>;
  readonly allowedLatenessMs: number;
  readonly lateDataTag?: OutputTag<unknown>;
  readonly contents: WindowContentsDescriptor;
  /** Absent: the result of the reduce or aggregate function is emitted as it is. */
  readonly windowFunction?: ProcessWindowFunction<unknown, unknown>;
}
