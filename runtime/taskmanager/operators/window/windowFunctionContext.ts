import type { OutputTag } from '../../../api/outputTag';
import type { KeyedStateStore } from '../../../api/state';
import { maxTimestamp, type TimeWindow } from '../../../api/windowing/timeWindow';
import type { WindowContext } from '../../../api/windowing/windowFunctions';
import type { Clock } from '../../../base/env';
import { userError } from '../../../base/errors';
import { TIME_WINDOW } from '../../../formats/serializers/streaming';
import type { InternalState, NamespacedStateStore } from '../../../state/internalState';
import type { InternalTimerService } from '../../../state/internalTimerService';
import type { KeyedBackend } from '../../../state/keyedBackend';
import type { SideOutputs } from '../sideOutputs';

/** What the window function is given; one per operator. */
export class WindowFunctionContext implements WindowContext {
  /** Set before each call. */
  current: TimeWindow = { start: NaN, end: NaN };
  private readonly ofWindow: KeyedStateStore | undefined;

  constructor(
    private readonly backend: KeyedBackend,
    private readonly timers: InternalTimerService<TimeWindow>,
    private readonly clock: Clock,
    private readonly sideOutputs: SideOutputs,
    isMerging: boolean,
  ) {
    this.ofWindow = isMerging ? undefined : statesOf(backend.namespacedStates(TIME_WINDOW), () => this.current);
  }

  window(): TimeWindow {
    return this.current;
  }

  currentWatermark(): number {
    return this.timers.currentWatermark;
  }

  currentProcessingTime(): number {
    return this.clock.wallMs();
  }

  windowState(): KeyedStateStore {
    if (this.ofWindow !== undefined) return this.ofWindow;
    throw userError(
      'window.no-window-state',
      'Windows that merge have no state of their own.',
      'Keep the state by key, with globalState().',
    );
  }

  globalState(): KeyedStateStore {
    return this.backend.keyedStates;
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.sideOutputs.collect(tag, value, maxTimestamp(this.current));
  }
}

/** Each state asked for is that of the window at that time. */
function statesOf(states: NamespacedStateStore<TimeWindow>, window: () => TimeWindow): KeyedStateStore {
  const scoped = <State extends InternalState<TimeWindow>>(state: State): State => {
    state.setCurrentNamespace(window());
    return state;
  };
  return {
    getState: (descriptor) => scoped(states.getState(descriptor)),
    getListState: (descriptor) => scoped(states.getListState(descriptor)),
    getMapState: (descriptor) => scoped(states.getMapState(descriptor)),
    getReducingState: (descriptor) => scoped(states.getReducingState(descriptor)),
    getAggregatingState: (descriptor) => scoped(states.getAggregatingState(descriptor)),
  };
}
