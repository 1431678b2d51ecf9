import { JobStateError } from '../../base/errors';
import { valueText } from '../../base/valueText';
import { VOID_NAMESPACE } from '../../formats/serializers/streaming';
import { InternalTimerService } from '../../state/internalTimerService';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { Timer } from '../../state/timerQueue';
import type { RowBatch } from '../../wire/batch';
import { KeyedFunctionContext } from './functionContext';
import type { ElementCall } from './functionOperator';
import type { OperatorState } from './streamOperator';
import { keyedBackendOf, TimerOperator, type TimeDomain } from './timerOperator';
import { userFailure } from './userFailure';

/** Flink's name for the timers of functions. */
const userTimersService = 'user-timers';

/** What batches with keys, and timers, are processed with. */
interface KeyedParts {
  readonly context: KeyedFunctionContext;
  readonly backend: KeyedBackend;
}

/** A function with keyed state and timers. */
export abstract class KeyedFunctionOperator extends TimerOperator<null> {
  private parts: KeyedParts | undefined;

  protected override prepare(state: OperatorState): void {
    const backend = keyedBackendOf(state);
    const timers = new InternalTimerService(backend, userTimersService, VOID_NAMESPACE);
    this.timers = timers;
    this.parts = {
      context: new KeyedFunctionContext(this.sideOutputs, this.environment.clock, backend, timers),
      backend,
    };
  }

  /** Calls the function for a due timer; the key is the current one. */
  protected abstract onTimer(timestampMs: number, context: KeyedFunctionContext): void;

  /** For records from here on. */
  protected get keyed(): KeyedParts {
    const { parts } = this;
    if (parts === undefined) throw new JobStateError('internal.not-open', 'A keyed operator was not opened.');
    parts.context.domain = undefined;
    return parts;
  }

  /** Calls the function for each row, with its key. */
  protected processKeyedRows(
    batch: RowBatch,
    { call, method }: ElementCall<KeyedFunctionContext>,
  ): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { keys, keyGroups } = keyColumns(batch);
    const { collector } = this;
    const { context, backend } = this.keyed;
    let row = 0;
    try {
      for (; row < length; row++) {
        backend.setCurrentKey(keys[row], keyGroups[row] ?? 0);
        const timestamp = timestamps === undefined ? NaN : (timestamps[row] ?? NaN);
        context.timestampMs = timestamp;
        collector.timestamp = timestamp;
        call(rows[row], context, collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, method, rows[row]);
    }
    return collector.take();
  }

  protected override onDue({ timestampMs, key }: Timer<null>, domain: TimeDomain): void {
    const { context } = this.keyed;
    context.domain = domain;
    context.timestampMs = timestampMs;
    // What a timer of processing time emits has no event time, as in Flink.
    this.collector.timestamp = domain === 'event' ? timestampMs : NaN;
    try {
      this.onTimer(timestampMs, context);
    } catch (thrown) {
      throw userFailure(this.place, thrown, `onTimer of key ${valueText(key)} at ${timestampMs}`);
    }
  }
}

/** The columns of a batch behind a `keyBy`. */
export function keyColumns(batch: RowBatch): { readonly keys: readonly unknown[]; readonly keyGroups: Uint16Array } {
  const { keys, keyGroups } = batch;
  if (keys !== undefined && keyGroups !== undefined) return { keys, keyGroups };
  throw new JobStateError('internal.no-keys', 'A batch without keys reached a keyed operator.');
}
