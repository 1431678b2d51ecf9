import { lowestActiveMs } from './lastWatermark';

/** What the watermark and status of one channel changed for the task. */
export interface ValveOutcome {
  readonly watermarkMs?: number;
  readonly idle?: boolean;
}

const nothing: ValveOutcome = {};

/**
 * The watermark of a task: the lowest of its active channels. Idle channels do not count; when all are idle the task is idle, with the
 * highest watermark seen. It never goes back (Flink's `StatusWatermarkValve`).
 */
export class WatermarkValve {
  private readonly watermarks: Float64Array;
  private readonly idle: boolean[];
  private emittedMs = -Infinity;
  private emittedIdle = false;

  constructor(channels: number) {
    this.watermarks = new Float64Array(channels).fill(-Infinity);
    this.idle = new Array<boolean>(channels).fill(false);
  }

  watermark(channel: number, ms: number): ValveOutcome {
    if (ms <= (this.watermarks[channel] ?? -Infinity)) return nothing;
    this.watermarks[channel] = ms;
    if (this.idle[channel] === true) return nothing;
    return this.outcome();
  }

  status(channel: number, idle: boolean): ValveOutcome {
    if (this.idle[channel] === idle) return nothing;
    this.idle[channel] = idle;
    return this.outcome();
  }

  private outcome(): ValveOutcome {
    const allIdle = this.idle.every((idle) => idle);
    const watermarkMs = allIdle ? Math.max(...this.watermarks) : lowestActiveMs(this.watermarks, this.idle);
    const moved = watermarkMs > this.emittedMs;
    const changed = allIdle !== this.emittedIdle;
    if (moved) this.emittedMs = watermarkMs;
    this.emittedIdle = allIdle;
    return { ...(moved ? { watermarkMs } : {}), ...(changed ? { idle: allIdle } : {}) };
  }
}
