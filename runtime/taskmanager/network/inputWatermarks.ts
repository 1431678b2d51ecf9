import { lowestActiveMs } from './lastWatermark';
import { WatermarkValve, type ValveOutcome } from './watermarkValve';

/**
 * The watermark of a task with one or more inputs: each input has the valve of its channels, and the lowest of the inputs that are not
 * idle counts for the task. When all are idle it stays where it is (Flink's `IndexedCombinedWatermarkStatus`).
 */
export class InputWatermarks {
  private readonly valves: readonly WatermarkValve[];
  /** Of each channel, its place in the valve of its input. */
  private readonly places: readonly number[];
  private readonly watermarks: number[];
  private readonly idle: boolean[];
  private emittedMs = -Infinity;
  private emittedIdle = false;

  /** @param inputOf the input of each channel, from 0 */
  constructor(private readonly inputOf: readonly number[]) {
    const inputs = 1 + Math.max(0, ...inputOf);
    const channels = new Array<number>(inputs).fill(0);
    this.places = inputOf.map((input) => (channels[input] = (channels[input] ?? 0) + 1) - 1);
    this.valves = channels.map((count) => new WatermarkValve(count));
    this.watermarks = new Array<number>(inputs).fill(-Infinity);
    this.idle = new Array<boolean>(inputs).fill(false);
  }

  watermark(channel: number, ms: number): ValveOutcome {
    const input = this.inputOf[channel] ?? 0;
    return this.combined(input, this.valves[input]?.watermark(this.places[channel] ?? 0, ms) ?? {});
  }

  status(channel: number, idle: boolean): ValveOutcome {
    const input = this.inputOf[channel] ?? 0;
    return this.combined(input, this.valves[input]?.status(this.places[channel] ?? 0, idle) ?? {});
  }

  private combined(input: number, outcome: ValveOutcome): ValveOutcome {
    if (this.valves.length === 1) return outcome;
    const { watermarkMs, idle } = outcome;
    if (watermarkMs !== undefined) this.watermarks[input] = watermarkMs;
    // An input that becomes idle says its last watermark before.
    const first = this.raised();
    if (idle !== undefined) this.idle[input] = idle;
    const raisedMs = this.raised() ?? first;
    const allIdle = this.idle.every((each) => each);
    const changed = allIdle !== this.emittedIdle;
    this.emittedIdle = allIdle;
    return { ...(raisedMs === undefined ? {} : { watermarkMs: raisedMs }), ...(changed ? { idle: allIdle } : {}) };
  }

  private raised(): number | undefined {
    const lowest = lowestActiveMs(this.watermarks, this.idle);
    if (lowest === Infinity || lowest <= this.emittedMs) return undefined;
    this.emittedMs = lowest;
    return lowest;
  }
}
