import type { OperatorSpec } from '../../../api/operatorSpec';
import type { TimeWindow } from '../../../api/windowing/timeWindow';
import type { WindowSpec } from '../../../api/windowing/windowSpec';
import { JobStateError } from '../../../base/errors';
import { valueText } from '../../../base/valueText';
import { TIME_WINDOW } from '../../../formats/serializers/streaming';
import { InternalTimerService } from '../../../state/internalTimerService';
import type { KeyedBackend } from '../../../state/keyedBackend';
import type { Timer } from '../../../state/timerQueue';
import type { RowBatch } from '../../../wire/batch';
import { BatchCollector } from '../batchCollector';
import { runtimeContext, type SubtaskEnvironment } from '../runtimeContext';
import { SideOutputs } from '../sideOutputs';
import { StreamOperator, type Advanced, type OperatorState, type SideBatch } from '../streamOperator';
import { userFailure, type OperatorPlace } from '../userFailure';
import { KeyedWindows } from './keyedWindows';
import { WindowFunctionContext } from './windowFunctionContext';
import { MergingWindows, windowContentsOf, windowTimersService } from './windowState';
import { WindowTriggerContext } from './windowTriggerContext';

export interface WindowEnvironment extends SubtaskEnvironment {
  /** Flink's metric `numLateRecordsDropped`. */
  readonly lateRecordsDropped: (count: number) => void;
}

/** Collects the rows of each key by window and emits a window when its trigger fires; Flink's class of this name. */
export class WindowOperator extends StreamOperator {
  private readonly spec: WindowSpec;
  private readonly collector = new BatchCollector();
  private readonly sideOutputs = new SideOutputs();
  private backend: KeyedBackend | undefined;
  private timers: InternalTimerService<TimeWindow> | undefined;
  private windows: KeyedWindows | undefined;

  constructor(
    place: OperatorPlace,
    spec: Extract<OperatorSpec, { kind: 'window' }>,
    private readonly environment: WindowEnvironment,
  ) {
    super(place);
    this.spec = spec.window;
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    const { keyed: backend } = state;
    if (backend === undefined) throw new JobStateError('internal.no-keyed-state', 'A window operator has no backend.');
    const { spec, collector, sideOutputs } = this;
    const { clock } = this.environment;
    const { isMerging } = spec.assigner;
    const timers = new InternalTimerService(backend, windowTimersService, TIME_WINDOW);
    this.backend = backend;
    this.timers = timers;
    this.windows = new KeyedWindows({
      spec,
      isRestored: state.restored !== undefined,
      backend,
      timers,
      contents: windowContentsOf(backend, spec.contents),
      merging: isMerging ? new MergingWindows(backend) : undefined,
      triggerContext: new WindowTriggerContext(backend.namespacedStates(TIME_WINDOW), timers, clock),
      functionContext: new WindowFunctionContext(backend, timers, clock, sideOutputs, isMerging),
      collector,
    });
    try {
      spec.windowFunction?.open?.(runtimeContext(this.place, this.environment, backend));
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'open');
    }
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    const { rows, keys, keyGroups, timestamps, length } = batch;
    const { backend, windows, collector } = this;
    if (backend === undefined || windows === undefined || keys === undefined || keyGroups === undefined) {
      throw new JobStateError('internal.no-keys', 'A batch without keys reached a window operator.');
    }
    const nowMs = this.environment.clock.wallMs();
    let dropped = 0;
    let row = 0;
    try {
      for (; row < length; row++) {
        backend.setCurrentKey(keys[row], keyGroups[row] ?? 0);
        const timestamp = timestamps === undefined ? NaN : (timestamps[row] ?? NaN);
        if (!windows.add(rows[row], timestamp, nowMs)) dropped += this.late(rows[row], timestamp);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, this.doing('processElement'), rows[row]);
    }
    if (dropped > 0) this.environment.lateRecordsDropped(dropped);
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

  override async close(): Promise<void> {
    try {
      if (this.windows !== undefined) this.spec.windowFunction?.close?.();
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'close');
    } finally {
      await super.close();
    }
  }

  /** How many rows were dropped: this one, or none. */
  private late(value: unknown, timestampMs: number): number {
    const { lateDataTag } = this.spec;
    if (lateDataTag === undefined) return 1;
    this.sideOutputs.collect(lateDataTag, value, timestampMs);
    return 0;
  }

  private fire(domain: 'event' | 'processing', maxRows: number, poll: () => Timer<TimeWindow> | undefined): Advanced {
    const { windows, collector } = this;
    for (let fired = 0; fired < maxRows && collector.length < maxRows; fired++) {
      const timer = poll();
      if (timer === undefined || windows === undefined) return { batch: collector.take(), done: true };
      try {
        windows.onTimer(timer, domain);
      } catch (thrown) {
        throw userFailure(this.place, thrown, this.doing(`a timer of ${windowText(timer.namespace)}`));
      }
    }
    return { batch: collector.take(), done: false };
  }

  /** What has failed. */
  private doing(otherwise: string): string {
    const emitting = this.windows?.emitting;
    if (emitting === undefined) return otherwise;
    return `${windowText(emitting)} of key ${valueText(this.backend?.currentKey)}`;
  }
}

function windowText({ start, end }: TimeWindow): string {
  return `the window from ${start} to ${end}`;
}
