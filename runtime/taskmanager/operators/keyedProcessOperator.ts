import type { KeyedProcessFunction, OnTimerContext, RuntimeContext, TimerService } from '../../api/functions';
import type { OutputTag } from '../../api/outputTag';
import type { OperatorSpec } from '../../api/operatorSpec';
import type { Clock } from '../../base/env';
import { JobStateError } from '../../base/errors';
import { VOID_NAMESPACE } from '../../formats/serializers/streaming';
import { InternalTimerService } from '../../state/internalTimerService';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { Timer } from '../../state/timerQueue';
import type { RowBatch } from '../../wire/batch';
import type { SnapshotTarget } from '../../wire/messages';
import { BatchCollector } from './batchCollector';
import type { SubtaskEnvironment } from './processOperator';
import { initializeFunction, prepareFunction } from './checkpointedFunction';
import { SideOutputs } from './sideOutputs';
import { StreamOperator, type Advanced, type OperatorState, type SideBatch } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

/** Flink's name for the timers of a KeyedProcessFunction. */
export const userTimersService = 'user-timers';

/** Runs a KeyedProcessFunction over batches that carry their keys. */
export class KeyedProcessOperator extends StreamOperator {
  private readonly process: KeyedProcessFunction<unknown, unknown, unknown>;
  private readonly collector = new BatchCollector();
  private readonly sideOutputs = new SideOutputs();
  private backend: KeyedBackend | undefined;
  private timers: InternalTimerService | undefined;
  private context: ProcessContext | undefined;
  private opened = false;

  constructor(
    place: OperatorPlace,
    spec: Extract<OperatorSpec, { kind: 'keyedProcess' }>,
    private readonly environment: SubtaskEnvironment,
  ) {
    super(place);
    this.process = spec.process;
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    if (state.keyed === undefined)
      throw new JobStateError('internal.no-keyed-state', 'A keyed operator has no backend.');
    this.backend = state.keyed;
    this.timers = new InternalTimerService(state.keyed, userTimersService, VOID_NAMESPACE);
    this.context = new ProcessContext(state.keyed, this.timers, this.environment.clock, this.sideOutputs);
    initializeFunction(this.place, this.process, state);
    this.opened = true;
    try {
      this.process.open?.(this.runtimeContext(state.keyed));
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'open');
    }
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    const { rows, keys, keyGroups, timestamps, length } = batch;
    const { process, collector, backend, context } = this;
    if (backend === undefined || context === undefined || keys === undefined || keyGroups === undefined) {
      throw new JobStateError('internal.no-keys', 'A batch without keys reached a keyed operator.');
    }
    context.domain = undefined;
    let row = 0;
    try {
      for (; row < length; row++) {
        backend.setCurrentKey(keys[row], keyGroups[row] ?? 0);
        const timestamp = timestamps === undefined ? NaN : (timestamps[row] ?? NaN);
        context.timestampMs = timestamp;
        collector.timestamp = timestamp;
        process.processElement(rows[row], context, collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'processElement', rows[row]);
    }
    return collector.take();
  }

  override takeSideOutputs(): readonly SideBatch[] {
    return this.sideOutputs.take();
  }

  override advanceTo(watermarkMs: number, maxRows: number): Advanced {
    const { timers } = this;
    if (timers === undefined) return { batch: undefined, done: true };
    return this.fire('event', maxRows, () => timers.pollEventTime(watermarkMs));
  }

  override advanceProcessingTime(nowMs: number, maxRows: number): Advanced {
    const { timers } = this;
    if (timers === undefined) return { batch: undefined, done: true };
    return this.fire('processing', maxRows, () => timers.pollProcessingTime(nowMs));
  }

  override get nextProcessingTimeMs(): number | undefined {
    return this.timers?.nextProcessingTimeMs();
  }

  protected override prepareSnapshot(target: SnapshotTarget): undefined {
    prepareFunction(this.place, this.process, target);
  }

  override async close(): Promise<void> {
    try {
      if (this.opened) this.process.close?.();
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'close');
    } finally {
      await super.close();
    }
  }

  private fire(domain: 'event' | 'processing', maxRows: number, poll: () => Timer | undefined): Advanced {
    const { process, collector, context } = this;
    let fired = 0;
    for (; fired < maxRows && collector.length < maxRows; fired++) {
      const timer = poll();
      if (timer === undefined || context === undefined) return { batch: collector.take(), done: true };
      context.domain = domain;
      context.timestampMs = timer.timestampMs;
      // What a timer of processing time emits has no event time, as in Flink.
      collector.timestamp = domain === 'event' ? timer.timestampMs : NaN;
      try {
        process.onTimer?.(timer.timestampMs, context, collector);
      } catch (thrown) {
        throw userFailure(this.place, thrown, `onTimer of key ${String(timer.key)} at ${timer.timestampMs}`);
      }
    }
    return { batch: collector.take(), done: false };
  }

  private runtimeContext(backend: KeyedBackend): RuntimeContext {
    const { subtask } = this.place;
    const { parallelism, attempt } = this.environment;
    return {
      ...backend.keyedStates,
      getIndexOfThisSubtask: () => subtask,
      getNumberOfParallelSubtasks: () => parallelism,
      getAttemptNumber: () => attempt,
    };
  }
}

/** One per operator; its fields are set before each record and timer. */
class ProcessContext implements OnTimerContext<unknown>, TimerService {
  timestampMs = NaN;
  domain: 'event' | 'processing' | undefined;

  constructor(
    private readonly backend: KeyedBackend,
    private readonly timers: InternalTimerService,
    private readonly clock: Clock,
    private readonly sideOutputs: SideOutputs,
  ) {}

  timestamp(): number | undefined {
    return Number.isNaN(this.timestampMs) ? undefined : this.timestampMs;
  }

  timerService(): TimerService {
    return this;
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.sideOutputs.collect(tag, value, this.timestampMs);
  }

  getCurrentKey(): unknown {
    return this.backend.currentKey;
  }

  timeDomain(): 'event' | 'processing' {
    return this.domain ?? 'event';
  }

  registerEventTimeTimer(timestampMs: number): void {
    this.timers.registerEventTimeTimer(null, timestampMs);
  }

  deleteEventTimeTimer(timestampMs: number): void {
    this.timers.deleteEventTimeTimer(null, timestampMs);
  }

  registerProcessingTimeTimer(timestampMs: number): void {
    this.timers.registerProcessingTimeTimer(null, timestampMs);
  }

  deleteProcessingTimeTimer(timestampMs: number): void {
    this.timers.deleteProcessingTimeTimer(null, timestampMs);
  }

  currentWatermark(): number {
    return this.timers.currentWatermark;
  }

  currentProcessingTime(): number {
    return this.clock.wallMs();
  }
}
