import type { KeyedContext, OnTimerContext, TimerService } from '../../api/functions';
import type { OutputTag } from '../../api/outputTag';
import type { Clock } from '../../base/env';
import { userError } from '../../base/errors';
import type { InternalTimerService } from '../../state/internalTimerService';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { SideOutputs } from './sideOutputs';

/** What a function is told of the record or timer it processes. One per operator; its fields are set before each. */
export abstract class FunctionContext {
  /** NaN: none. */
  timestampMs = NaN;

  constructor(
    private readonly sideOutputs: SideOutputs,
    protected readonly clock: Clock,
  ) {}

  timestamp(): number | undefined {
    return Number.isNaN(this.timestampMs) ? undefined : this.timestampMs;
  }

  output<X>(tag: OutputTag<X>, value: X): void {
    this.sideOutputs.collect(tag, value, this.timestampMs);
  }

  currentProcessingTime(): number {
    return this.clock.wallMs();
  }
}

/** Without keys there are no timers. */
export class UnkeyedContext extends FunctionContext implements KeyedContext<undefined>, TimerService {
  watermarkMs = -Infinity;
  readonly registerEventTimeTimer = noTimers;
  readonly deleteEventTimeTimer = noTimers;
  readonly registerProcessingTimeTimer = noTimers;
  readonly deleteProcessingTimeTimer = noTimers;

  timerService(): TimerService {
    return this;
  }

  getCurrentKey(): undefined {
    return undefined;
  }

  currentWatermark(): number {
    return this.watermarkMs;
  }
}

/** With the key of the record or timer, and its timers. */
export class KeyedFunctionContext extends FunctionContext implements OnTimerContext<unknown>, TimerService {
  /** undefined while records are processed. */
  domain: 'event' | 'processing' | undefined;

  constructor(
    sideOutputs: SideOutputs,
    clock: Clock,
    private readonly backend: KeyedBackend,
    private readonly timers: InternalTimerService,
  ) {
    super(sideOutputs, clock);
  }

  timerService(): TimerService {
    return this;
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
}

function noTimers(): never {
  throw userError(
    'job.timer-without-key',
    'Timers can only be set on a keyed stream.',
    'Call keyBy(...) before the operator.',
  );
}
