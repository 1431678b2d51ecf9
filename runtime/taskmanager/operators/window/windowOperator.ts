import type { OperatorSpec } from '../../../api/operatorSpec';
import type { TimeWindow } from '../../../api/windowing/timeWindow';
import type { WindowSpec } from '../../../api/windowing/windowSpec';
import { JobStateError } from '../../../base/errors';
import { valueText } from '../../../base/valueText';
import { TIME_WINDOW } from '../../../formats/serializers/streaming';
import { InternalTimerService } from '../../../state/internalTimerService';
import type { Timer } from '../../../state/timerQueue';
import type { RowBatch } from '../../../wire/batch';
import { keyColumns } from '../keyedFunctionOperator';
import type { SubtaskEnvironment } from '../runtimeContext';
import type { OperatorState } from '../streamOperator';
import { keyedBackendOf, TimerOperator, type TimeDomain } from '../timerOperator';
import { userFailure, type OperatorPlace } from '../userFailure';
import { KeyedWindows } from './keyedWindows';
import { WindowFunctionContext } from './windowFunctionContext';
import { MergingWindows, windowContentsOf, windowTimersService } from './windowState';
import { WindowTriggerContext } from './windowTriggerContext';

/** Collects the rows of each key by window and emits a window when its trigger fires; Flink's class of this name. */
export class WindowOperator extends TimerOperator<TimeWindow> {
  private readonly spec: WindowSpec;
  private windows: KeyedWindows | undefined;
  private dropped = 0;

  constructor(
    place: OperatorPlace,
    { window }: Extract<OperatorSpec, { kind: 'window' }>,
    protected override readonly environment: SubtaskEnvironment,
  ) {
    super(place, window.windowFunction ?? {}, environment);
    this.spec = window;
  }

  protected override prepare(state: OperatorState): void {
    const backend = keyedBackendOf(state);
    const { spec, collector, sideOutputs } = this;
    const { clock } = this.environment;
    const { isMerging } = spec.assigner;
    const timers = new InternalTimerService(backend, windowTimersService, TIME_WINDOW);
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
  }

  override get lateRecordsDropped(): number {
    return this.dropped;
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { keys, keyGroups } = keyColumns(batch);
    const { windows, collector } = this;
    const backend = keyedBackendOf(this.state);
    if (windows === undefined) throw new JobStateError('internal.not-open', 'A window operator was not opened.');
    const nowMs = this.environment.clock.wallMs();
    let row = 0;
    try {
      for (; row < length; row++) {
        backend.setCurrentKey(keys[row], keyGroups[row] ?? 0);
        const timestamp = timestamps === undefined ? NaN : (timestamps[row] ?? NaN);
        if (!windows.add(rows[row], timestamp, nowMs)) this.dropped += this.late(rows[row], timestamp);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, this.doing('processElement'), rows[row]);
    }
    return collector.take();
  }

  protected override onDue(timer: Timer<TimeWindow>, domain: TimeDomain): void {
    try {
      this.windows?.onTimer(timer, domain);
    } catch (thrown) {
      throw userFailure(this.place, thrown, this.doing(`a timer of ${this.windowOfKey(timer.namespace)}`));
    }
  }

  /** How many rows were dropped: this one, or none. */
  private late(value: unknown, timestampMs: number): number {
    const { lateDataTag } = this.spec;
    if (lateDataTag === undefined) return 1;
    this.sideOutputs.collect(lateDataTag, value, timestampMs);
    return 0;
  }

  /** What has failed. */
  private doing(otherwise: string): string {
    const emitting = this.windows?.emitting;
    return emitting === undefined ? otherwise : this.windowOfKey(emitting);
  }

  private windowOfKey({ start, end }: TimeWindow): string {
    return `the window from ${start} to ${end} of key ${valueText(this.state.keyed?.currentKey)}`;
  }
}
