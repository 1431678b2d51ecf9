import type { BroadcastContext, BroadcastReader } from '../../api/broadcastFunctions';
import type { OnTimerContext } from '../../api/functions';
import type { BroadcastState, OperatorStateStore, ReadOnlyBroadcastState } from '../../api/operatorState';
import type { MapStateDescriptor } from '../../api/state';
import { userError } from '../../base/errors';
import type { KeyedFunctionContext, UnkeyedContext } from './functionContext';

/** The broadcast states of one operator, those that its author has named, as both sides see them. */
export class BroadcastStates {
  private readonly states: ReadonlyMap<string, BroadcastState<unknown, unknown>>;

  constructor(store: OperatorStateStore, descriptors: readonly MapStateDescriptor[]) {
    this.states = new Map(descriptors.map((each) => [each.name, store.getBroadcastState(each)]));
  }

  /** What a function sees beside a record that was not broadcast, or a timer. */
  readOnly(context: UnkeyedContext | KeyedFunctionContext): OnTimerContext<unknown> & BroadcastReader {
    return {
      timestamp: () => context.timestamp(),
      timerService: () => context.timerService(),
      output: (tag, value) => context.output(tag, value),
      getCurrentKey: () => context.getCurrentKey(),
      timeDomain: () => ('timeDomain' in context ? context.timeDomain() : 'event'),
      getBroadcastState: <K, V>(descriptor: MapStateDescriptor<K, V>) => withoutSetters(this.state(descriptor)),
    };
  }

  /** What a function sees beside a record that was broadcast. */
  writable(context: UnkeyedContext | KeyedFunctionContext): BroadcastContext {
    return {
      timestamp: () => context.timestamp(),
      output: (tag, value) => context.output(tag, value),
      currentWatermark: () => context.currentWatermark(),
      currentProcessingTime: () => context.currentProcessingTime(),
      getBroadcastState: (descriptor) => this.state(descriptor),
    };
  }

  private state<K, V>(descriptor: MapStateDescriptor<K, V>): BroadcastState<K, V> {
    const state = this.states.get(descriptor.name);
    // The name stands for the types: the author has given the same descriptor to `broadcast`.
    if (state !== undefined) return state as BroadcastState<K, V>;
    throw userError(
      'job.broadcast-state-unknown',
      `There is no broadcast state "${descriptor.name}".`,
      'Correct its name, or give its descriptor to broadcast(...).',
    );
  }
}

function withoutSetters<K, V>(state: BroadcastState<K, V>): ReadOnlyBroadcastState<K, V> {
  return {
    get: (key) => state.get(key),
    contains: (key) => state.contains(key),
    entries: () => state.entries(),
    keys: () => state.keys(),
    values: () => state.values(),
    isEmpty: () => state.isEmpty(),
  };
}
