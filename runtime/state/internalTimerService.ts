import type { KeyedBackend } from './keyedBackend';
import type { Timer, TimerQueue } from './timerQueue';

/**
 * The timers of a keyed operator in both time domains, for the backend's current key; Flink's `InternalTimerServiceImpl`. Times are epoch
 * milliseconds. `poll…` takes the timers due one by one, so that a caller can stop between any two.
 */
export class InternalTimerService {
  private readonly eventTime: TimerQueue;
  private readonly processingTime: TimerQueue;
  /** Time of the last watermark taken; -Infinity before the first. */
  currentWatermark = -Infinity;

  /** `name` is `user-timers` for the timers of a KeyedProcessFunction. */
  constructor(
    private readonly backend: KeyedBackend,
    name: string,
  ) {
    this.eventTime = backend.timers(`_timer_state/event_${name}`);
    this.processingTime = backend.timers(`_timer_state/processing_${name}`);
  }

  registerEventTimeTimer(timestampMs: number): void {
    this.eventTime.add(timestampMs, this.backend.currentKey, this.backend.currentKeyGroup);
  }

  deleteEventTimeTimer(timestampMs: number): void {
    this.eventTime.remove(timestampMs, this.backend.currentKey);
  }

  registerProcessingTimeTimer(timestampMs: number): void {
    this.processingTime.add(timestampMs, this.backend.currentKey, this.backend.currentKeyGroup);
  }

  deleteProcessingTimeTimer(timestampMs: number): void {
    this.processingTime.remove(timestampMs, this.backend.currentKey);
  }

  /** Time of the earliest processing-time timer, for the caller's alarm. */
  nextProcessingTimeMs(): number | undefined {
    return this.processingTime.peek()?.timestampMs;
  }

  /** Takes the next event-time timer at or before the watermark and makes its key the current one. */
  pollEventTime(watermarkMs: number): Timer | undefined {
    this.currentWatermark = watermarkMs;
    return this.pollDue(this.eventTime, watermarkMs);
  }

  /** Takes the next processing-time timer that is due and makes its key the current one. */
  pollProcessingTime(nowMs: number): Timer | undefined {
    return this.pollDue(this.processingTime, nowMs);
  }

  private pollDue(queue: TimerQueue, untilMs: number): Timer | undefined {
    const next = queue.peek();
    if (next === undefined || next.timestampMs > untilMs) return undefined;
    queue.poll();
    this.backend.setCurrentKey(next.key, next.keyGroup);
    return next;
  }
}
