import { ListStateDescriptor, type ListState } from '../../../api/state';
import type { TypeInformation } from '../../../api/types';
import type { TimeWindow } from '../../../api/windowing/timeWindow';
import type { WindowContentsDescriptor } from '../../../api/windowing/windowSpec';
import { unreachable } from '../../../base/errors';
import { TIME_WINDOW } from '../../../formats/serializers/streaming';
import type { InternalMergingState } from '../../../state/internalState';
import type { KeyedBackend } from '../../../state/keyedBackend';
import { MergingWindowSet, type WindowMapping } from './mergingWindowSet';

/** Flink's name of the timers of window operators. */
export const windowTimersService = 'window-timers';

/** What is in each window, for the current key and the window that was set last: Flink's state `window-contents`. */
export interface WindowContents {
  readonly state: InternalMergingState<TimeWindow> & { add(value: unknown): void; clear(): void };
  /** For the window function: all rows, or the one result. undefined when there is nothing. */
  elements(): readonly unknown[] | undefined;
}

export function windowContentsOf(backend: KeyedBackend, descriptor: WindowContentsDescriptor): WindowContents {
  const states = backend.namespacedStates(TIME_WINDOW);
  switch (descriptor.kind) {
    case 'list': {
      const state = states.getListState(descriptor);
      // A copy: the function may keep or emit it, while the window goes on.
      return { state, elements: () => (state.isEmpty() ? undefined : [...state.get()]) };
    }
    case 'reducing': {
      const state = states.getReducingState(descriptor);
      return { state, elements: () => only(state.get()) };
    }
    case 'aggregating': {
      const state = states.getAggregatingState(descriptor);
      return { state, elements: () => only(state.get()) };
    }
    default:
      return unreachable(descriptor);
  }
}

/** As in Flink, a result that is nothing is not emitted. */
function only(result: unknown): readonly unknown[] | undefined {
  return result === undefined || result === null ? undefined : [result];
}

const windowType: TypeInformation<TimeWindow> = { kind: 'TIME_WINDOW' };
const mappingType: TypeInformation<WindowMapping> = { kind: 'TUPLE', fields: [windowType, windowType] };

/** The merging windows of each key: Flink's state `merging-window-set`. */
export class MergingWindows {
  private readonly stored: ListState<WindowMapping>;

  constructor(backend: KeyedBackend) {
    this.stored = backend.keyedStates.getListState(new ListStateDescriptor('merging-window-set', mappingType));
  }

  /** Of the current key. */
  load(): MergingWindowSet {
    return new MergingWindowSet(this.stored.get());
  }

  store(set: MergingWindowSet): void {
    const { toStore } = set;
    if (toStore !== undefined) this.stored.update(toStore);
  }
}
