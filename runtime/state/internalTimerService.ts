import type { TypeSerializer } from '../formats/serializer';
import type { KeyedBackend } from './keyedBackend';
import type { Timer, TimerQueue } from './timerQueue';

/**
 * The timers of a keyed operator in both time domains, for the backend's current key; Flink's `InternalTimerServiceImpl`. Times are epoch
 * milliseconds. `poll…` takes the timers due one by one, so that a caller can stop between any two. `N` is the type of their namespaces.
 */
export class InternalTimerService<N = null> {
  private readonly eventTime: TimerQueue<N>;
  private readonly processingTime: TimerQueue<N>;
  /** Time of the last watermark taken; -Infinity before the first. */
  currentWatermark = -Infinity;

  /** `name` is `user-timers` for the timers of a KeyedProcessFunction, which have the void namespace. */
  constructor(
    private readonly backend: KeyedBackend,
    name: string,
    namespace: TypeSerializer<N>,
  ) {
    this.eventTime = backend.timers(`_timer_state/event_${name}`, namespace);
    this.processingTime = backend.timers(`_timer_state/processing_${name}`, namespace);
  }

  registerEventTimeTimer(namespace: N, timestampMs: number): void {
    this.eventTime.add(timestampMs, this.backend.currentKey, this.backend.currentKeyGroup, namespace);
  }

  deleteEventTimeTimer(namespace: N, timestampMs: number): void {
    this.eventTime.remove(timestampMs, this.backend.currentKey, namespace);
  }

  registerProcessingTimeTimer(namespace: N, timestampMs: number): void {
    this.processingTime.add(timestampMs, this.backend.currentKey, this.backend.currentKeyGroup, namespace);
  }

  deleteProcessingTimeTimer(namespace: N, timestampMs: number): void {
    this.processingTime.remove(timestampMs, this.backend.currentKey, namespace);
  }

  /** Time of the earliest processing-time timer, for the caller's alarm. */
  nextProcessingTimeMs(): number | undefined {
    return this.processingTime.peek()?.timestampMs;
  }

  /** Takes the next event-time timer at or before the watermark and makes its key the current one; its namespace is the caller's to set. */
  pollEventTime(watermarkMs: number): Timer<N> | undefined {
    this.currentWatermark = watermarkMs;
    return this.pollDue(this.eventTime, watermarkMs);
  }

  /** Takes the next processing-time timer that is due, as {@link pollEventTime}. */
  pollProcessingTime(nowMs: number): Timer<N> | undefined {
    return this.pollDue(this.processingTime, nowMs);
  }

  private pollDue(queue: TimerQueue<N>, untilMs: number): Timer<N> | undefined {
    const next = queue.peek();
    if (next === undefined || next.timestampMs > untilMs) return undefined;
    queue.poll();
    this.backend.setCurrentKey(next.key, next.keyGroup);
    return next;
  }
}
