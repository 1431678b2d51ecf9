import {
  KeyedBroadcastProcessFunction,
  MapStateDescriptor,
  Types,
  type BroadcastContext,
  type BroadcastReader,
  type Collector,
  type KeyedContext,
  type MapState,
  type OnTimerContext,
  type RuntimeContext,
  type TypeOf,
} from 'job-state';

/** One departure, as the file has it; `date` is the scheduled time, `2001/01/01 00:47`, UTC, and `delay` in minutes. */
export interface FlightRow {
  readonly date: string;
  readonly delay: number;
  readonly origin: string;
}

/** From the day `from` until the day before `to`: `inARow` flights of an airport, each at least `delay` minutes late, are worth an alert. */
export interface RuleRow {
  readonly rule: string;
  /** `2001-01-01`, UTC. */
  readonly from: string;
  readonly to: string;
  readonly delay: number;
  readonly inARow: number;
}

/** A rule that has struck. */
export interface Alert {
  readonly rule: string;
  readonly origin: string;
  /** Scheduled time of the last of the late flights, as ISO text. */
  readonly at: string;
  readonly flights: number;
}

/** Times in epoch ms. */
const ruleType = Types.POJO('rules.Rule', {
  from: Types.LONG,
  to: Types.LONG,
  delay: Types.LONG,
  inARow: Types.LONG,
});

/** The rules by name, whole in every subtask. */
export const ruleStates = new MapStateDescriptor('rules', Types.STRING, ruleType);

export function dateMs(date: string): number {
  return Date.parse(`${date.replaceAll('/', '-').replace(' ', 'T')}Z`);
}

export function dayMs(day: string): number {
  return Date.parse(day);
}

/**
 * Judges each flight of an airport by the rules of its day. A flight waits for the watermark, which is that of both streams: when it has
 * passed the time of the flight, every rule that begins before is there, and so is every earlier flight. So the alerts do not depend on which
 * stream was faster.
 */
export class DelayRules extends KeyedBroadcastProcessFunction<string, FlightRow, RuleRow, Alert> {
  /** Delays of the flights that are not judged yet, by scheduled time. */
  private waiting!: MapState<number, number[]>;
  /** By rule, how many late flights there have been in a row. */
  private inARow!: MapState<string, number>;

  override open(context: RuntimeContext): void {
    this.waiting = context.getMapState(new MapStateDescriptor('waiting', Types.LONG, Types.LIST(Types.LONG)));
    this.inARow = context.getMapState(new MapStateDescriptor('in-a-row', Types.STRING, Types.LONG));
  }

  override processElement({ date, delay }: FlightRow, context: KeyedContext<string>): void {
    const timeMs = dateMs(date);
    this.waiting.put(timeMs, [...(this.waiting.get(timeMs) ?? []), delay]);
    context.timerService().registerEventTimeTimer(timeMs);
  }

  override processBroadcastElement({ rule, from, to, delay, inARow }: RuleRow, context: BroadcastContext): void {
    context.getBroadcastState(ruleStates).put(rule, { from: dayMs(from), to: dayMs(to), delay, inARow });
  }

  override onTimer(timeMs: number, context: OnTimerContext<string> & BroadcastReader, out: Collector<Alert>): void {
    const rules = [...context.getBroadcastState(ruleStates).entries()];
    const ofTheDay = rules.filter(([, { from, to }]) => from <= timeMs && timeMs < to);
    for (const delay of this.waiting.get(timeMs) ?? []) {
      for (const [name, rule] of ofTheDay) {
        if (!this.strikes(name, rule, delay)) continue;
        out.collect({ rule: name, origin: context.getCurrentKey(), at: isoText(timeMs), flights: rule.inARow });
      }
    }
    this.waiting.remove(timeMs);
  }

  /** Counts one flight. After an alert the count begins anew. */
  private strikes(name: string, rule: TypeOf<typeof ruleType>, delay: number): boolean {
    const flights = delay < rule.delay ? 0 : (this.inARow.get(name) ?? 0) + 1;
    const struck = flights === rule.inARow;
    if (flights === 0 || struck) this.inARow.remove(name);
    else this.inARow.put(name, flights);
    return struck;
  }
}

function isoText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
