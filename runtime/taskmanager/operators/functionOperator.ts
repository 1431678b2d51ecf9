import type { RichFunction } from '../../api/functions';
import { JobStateError } from '../../base/errors';
import { valueText } from '../../base/valueText';
import { VOID_NAMESPACE } from '../../formats/serializers/streaming';
import { InternalTimerService } from '../../state/internalTimerService';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { Timer } from '../../state/timerQueue';
import type { RowBatch } from '../../wire/batch';
import type { SnapshotTarget } from '../../wire/messages';
import { BatchCollector } from './batchCollector';
import { initializeFunction, prepareFunction } from './checkpointedFunction';
import { KeyedFunctionContext, UnkeyedContext } from './functionContext';
import { runtimeContext, type SubtaskEnvironment } from './runtimeContext';
import { SideOutputs } from './sideOutputs';
import { StreamOperator, type Advanced, type OperatorState, type SideBatch } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

/** Flink's name for the timers of functions. */
const userTimersService = 'user-timers';

/** Runs a function object: its life, its side outputs, the time it is told. */
abstract class RichFunctionOperator extends StreamOperator {
  protected readonly collector = new BatchCollector();
  protected readonly sideOutputs = new SideOutputs();
  private opened = false;

  constructor(
    place: OperatorPlace,
    private readonly rich: RichFunction,
    protected readonly environment: SubtaskEnvironment,
  ) {
    super(place);
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    this.prepare(state);
    initializeFunction(this.place, this.rich, state);
    this.opened = true;
    try {
      this.rich.open?.(runtimeContext(this.place, this.environment, state.keyed));
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'open');
    }
  }

  /** Before the function is opened. */
  protected prepare(state: OperatorState): void;
  protected prepare(): void {
    return;
  }

  protected override prepareSnapshot(target: SnapshotTarget): undefined {
    prepareFunction(this.place, this.rich, target);
  }

  override takeSideOutputs(): readonly SideBatch[] {
    return this.sideOutputs.take();
  }

  override async close(): Promise<void> {
    try {
      if (this.opened) this.rich.close?.();
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'close');
    } finally {
      await super.close();
    }
  }
}

/** A function without keys. */
export abstract class UnkeyedFunctionOperator extends RichFunctionOperator {
  protected readonly context = new UnkeyedContext(this.sideOutputs, this.environment.clock);

  override advanceTo(watermarkMs: number): Advanced {
    this.context.watermarkMs = watermarkMs;
    return { batch: undefined, done: true };
  }
}

/** What batches with keys, and timers, are processed with. */
export interface KeyedParts {
  readonly context: KeyedFunctionContext;
  readonly backend: KeyedBackend;
}

/** A function with keyed state and timers. */
export abstract class KeyedFunctionOperator extends RichFunctionOperator {
  private parts: KeyedParts | undefined;
  private timers: InternalTimerService | undefined;

  protected override prepare({ keyed }: OperatorState): void {
    if (keyed === undefined) throw new JobStateError('internal.no-keyed-state', 'A keyed operator has no backend.');
    this.timers = new InternalTimerService(keyed, userTimersService, VOID_NAMESPACE);
    this.parts = {
      context: new KeyedFunctionContext(this.sideOutputs, this.environment.clock, keyed, this.timers),
      backend: keyed,
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

  override advanceTo(watermarkMs: number, maxRows: number): Advanced {
    return this.fire('event', maxRows, () => this.timers?.pollEventTime(watermarkMs));
  }

  override advanceProcessingTime(nowMs: number, maxRows: number): Advanced {
    return this.fire('processing', maxRows, () => this.timers?.pollProcessingTime(nowMs));
  }

  override get nextProcessingTimeMs(): number | undefined {
    return this.timers?.nextProcessingTimeMs();
  }

  private fire(domain: 'event' | 'processing', maxRows: number, poll: () => Timer<null> | undefined): Advanced {
    const { collector } = this;
    const { context } = this.keyed;
    for (let fired = 0; fired < maxRows && collector.length < maxRows; fired++) {
      const timer = poll();
      if (timer === undefined) return { batch: collector.take(), done: true };
      context.domain = domain;
      context.timestampMs = timer.timestampMs;
      // What a timer of processing time emits has no event time, as in Flink.
      collector.timestamp = domain === 'event' ? timer.timestampMs : NaN;
      try {
        this.onTimer(timer.timestampMs, context);
      } catch (thrown) {
        throw userFailure(this.place, thrown, `onTimer of key ${valueText(timer.key)} at ${timer.timestampMs}`);
      }
    }
    return { batch: collector.take(), done: false };
  }
}

/** The columns of a batch behind a `keyBy`. */
export function keyColumns(batch: RowBatch): { readonly keys: readonly unknown[]; readonly keyGroups: Uint16Array } {
  const { keys, keyGroups } = batch;
  if (keys !== undefined && keyGroups !== undefined) return { keys, keyGroups };
  throw new JobStateError('internal.no-keys', 'A batch without keys reached a keyed operator.');
}
