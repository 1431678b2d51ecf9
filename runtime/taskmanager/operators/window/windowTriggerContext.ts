import type { ReducingState, ReducingStateDescriptor } from '../../../api/state';
import type { TimeWindow } from '../../../api/windowing/timeWindow';
import type { OnMergeContext } from '../../../api/windowing/triggers';
import type { Clock } from '../../../base/env';
import type { InternalMergingState, NamespacedStateStore } from '../../../state/internalState';
import type { InternalTimerService } from '../../../state/internalTimerService';

type WindowReducingState = ReducingState<unknown> & InternalMergingState<TimeWindow>;

/** What the trigger is given; one per operator. Its fields are set before each call. */
export class WindowTriggerContext implements OnMergeContext {
  window: TimeWindow = { start: NaN, end: NaN };
  /** Of a merge: the windows that are no more. */
  merged: readonly TimeWindow[] = [];
  private readonly reducing = new Map<string, WindowReducingState>();

  constructor(
    private readonly states: NamespacedStateStore<TimeWindow>,
    private readonly timers: InternalTimerService<TimeWindow>,
    private readonly clock: Clock,
  ) {}

  getCurrentWatermark(): number {
    return this.timers.currentWatermark;
  }

  getCurrentProcessingTime(): number {
    return this.clock.wallMs();
  }

  registerEventTimeTimer(timestampMs: number): void {
    this.timers.registerEventTimeTimer(this.window, timestampMs);
  }

  deleteEventTimeTimer(timestampMs: number): void {
    this.timers.deleteEventTimeTimer(this.window, timestampMs);
  }

  registerProcessingTimeTimer(timestampMs: number): void {
    this.timers.registerProcessingTimeTimer(this.window, timestampMs);
  }

  deleteProcessingTimeTimer(timestampMs: number): void {
    this.timers.deleteProcessingTimeTimer(this.window, timestampMs);
  }

  getReducingState<S>(descriptor: ReducingStateDescriptor<S>): ReducingState<S> {
    const state = this.state(descriptor);
    state.setCurrentNamespace(this.window);
    return state as ReducingState<S>;
  }

  mergeReducingState<S>(descriptor: ReducingStateDescriptor<S>): void {
    this.state(descriptor).mergeNamespaces(this.window, this.merged);
  }

  /** By name: a trigger may make its descriptor anew at each call. */
  private state<S>(descriptor: ReducingStateDescriptor<S>): WindowReducingState {
    const found = this.reducing.get(descriptor.name);
    if (found !== undefined) return found;
    const state = this.states.getReducingState(descriptor) as WindowReducingState;
    this.reducing.set(descriptor.name, state);
    return state;
  }
}
