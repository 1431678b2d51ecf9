import {
  KeyedProcessFunction,
  Types,
  ValueStateDescriptor,
  type Collector,
  type KeyedContext,
  type OnTimerContext,
  type RuntimeContext,
  type ValueState,
} from 'job-state';

/** One departure; `date` is the scheduled time in epoch ms, `delay` in minutes. */
export interface Flight {
  readonly date: number;
  readonly delay: number;
  readonly origin: string;
}

/** Integers that do not depend on the order of the flights, so that any correct run gives the same ones. */
export interface DelayStats {
  count: number;
  sum: number;
  sumOfSquares: number;
  min: number;
  max: number;
}

/** The finished statistics of one airport and day. */
export interface DayOfAirport extends DelayStats {
  readonly origin: string;
  readonly day: string;
}

const dayMs = 86_400_000;

const delayStats = Types.POJO('flights.DelayStats', {
  count: Types.LONG,
  sum: Types.LONG,
  sumOfSquares: Types.LONG,
  min: Types.LONG,
  max: Types.LONG,
});

/** The day as people write it, `2001-01-05`. */
export function dayOf(dateMs: number): string {
  return new Date(dateMs).toISOString().slice(0, 10);
}

export function addDelay(stats: DelayStats | undefined, delay: number): DelayStats {
  if (stats === undefined) return { count: 1, sum: delay, sumOfSquares: delay * delay, min: delay, max: delay };
  stats.count += 1;
  stats.sum += delay;
  stats.sumOfSquares += delay * delay;
  if (delay < stats.min) stats.min = delay;
  if (delay > stats.max) stats.max = delay;
  return stats;
}

/**
 * Keeps, for each airport, the statistics of every day that is still open. A day is emitted and forgotten when the watermark passes
 * its end: several readers are days apart, so several days are open at a time.
 */
export class DelaysByDay extends KeyedProcessFunction<string, Flight, DayOfAirport> {
  private openDays!: ValueState<Map<string, DelayStats>>;

  override open(context: RuntimeContext): void {
    this.openDays = context.getState(new ValueStateDescriptor('stats', Types.MAP(Types.STRING, delayStats)));
  }

  override processElement(flight: Flight, context: KeyedContext<string>): void {
    const day = dayOf(flight.date);
    const days = this.openDays.value() ?? new Map<string, DelayStats>();
    const before = days.get(day);
    if (before === undefined) context.timerService().registerEventTimeTimer(Date.parse(day) + dayMs - 1);
    days.set(day, addDelay(before, flight.delay));
    this.openDays.update(days);
  }

  override onTimer(timestampMs: number, context: OnTimerContext<string>, out: Collector<DayOfAirport>): void {
    const days = this.openDays.value();
    const day = dayOf(timestampMs);
    const stats = days?.get(day);
    if (days === undefined || stats === undefined) return;
    out.collect({ origin: context.getCurrentKey(), day, ...stats });
    days.delete(day);
    if (days.size === 0) this.openDays.clear();
    else this.openDays.update(days);
  }
}
