import type { ProcessContext, ProcessFunction, RuntimeContext, TimerService } from '../../api/functions';
import type { OutputTag } from '../../api/outputTag';
import type { Clock } from '../../base/env';
import { userError } from '../../base/errors';
import type { RowBatch } from '../../wire/batch';
import type { SnapshotTarget } from '../../wire/messages';
import { BatchCollector } from './batchCollector';
import { initializeFunction, prepareFunction } from './checkpointedFunction';
import { SideOutputs } from './sideOutputs';
import { StreamOperator, type Advanced, type OperatorState, type SideBatch } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

/** What functions can ask about their subtask and its time. */
export interface SubtaskEnvironment {
  readonly clock: Clock;
  readonly parallelism: number;
  readonly attempt: number;
}

/** Runs a ProcessFunction: without keys, hence without keyed state and timers. */
export class ProcessOperator extends StreamOperator {
  private readonly collector = new BatchCollector();
  private readonly sideOutputs = new SideOutputs();
  private readonly context: UnkeyedContext;
  private opened = false;

  constructor(
    place: OperatorPlace,
    private readonly process: ProcessFunction<unknown, unknown>,
    private readonly environment: SubtaskEnvironment,
  ) {
    super(place);
    this.context = new UnkeyedContext(this.sideOutputs, environment.clock);
  }

  override async open(state: OperatorState): Promise<void> {
    await super.open(state);
    initializeFunction(this.place, this.process, state);
    this.opened = true;
    try {
      this.process.open?.(unkeyedRuntimeContext(this.place, this.environment));
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'open');
    }
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    const { rows, timestamps, length } = batch;
    const { process, collector, context } = this;
    let row = 0;
    try {
      for (; row < length; row++) {
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

  override advanceTo(watermarkMs: number): Advanced {
    this.context.watermarkMs = watermarkMs;
    return { batch: undefined, done: true };
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
}

function unkeyedRuntimeContext(place: OperatorPlace, { parallelism, attempt }: SubtaskEnvironment): RuntimeContext {
  return {
    ...noKeyedState,
    getIndexOfThisSubtask: () => place.subtask,
    getNumberOfParallelSubtasks: () => parallelism,
    getAttemptNumber: () => attempt,
  };
}

const noKeyedState = {
  getState: refuseState,
  getListState: refuseState,
  getMapState: refuseState,
  getReducingState: refuseState,
  getAggregatingState: refuseState,
};

function refuseState(): never {
  throw userError(
    'job.state-without-key',
    'Keyed state can only be used on a keyed stream.',
    'Call keyBy(...) before the operator.',
  );
}

/** One per operator; its fields are set before each record. */
class UnkeyedContext implements ProcessContext, TimerService {
  timestampMs = NaN;
  watermarkMs = -Infinity;
  readonly registerEventTimeTimer = noTimers;
  readonly deleteEventTimeTimer = noTimers;
  readonly registerProcessingTimeTimer = noTimers;
  readonly deleteProcessingTimeTimer = noTimers;

  constructor(
    private readonly sideOutputs: SideOutputs,
    private readonly clock: Clock,
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

  currentWatermark(): number {
    return this.watermarkMs;
  }

  currentProcessingTime(): number {
    return this.clock.wallMs();
  }
}

function noTimers(): never {
  throw userError(
    'job.timer-without-key',
    'Timers can only be set on a keyed stream.',
    'Call keyBy(...) before the operator.',
  );
}
