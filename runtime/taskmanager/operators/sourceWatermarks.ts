import type { OperatorSpec } from '../../api/operatorSpec';
import { userError } from '../../base/errors';
import { valueText } from '../../base/valueText';
import type { ChainElement } from '../chainElement';
import { lastWatermarkMs } from '../network/lastWatermark';
import { userFailure, type OperatorPlace } from './userFailure';

/** Flink's default `pipeline.auto-watermark-interval`. */
const intervalMs = 200;

type WatermarkSpec = Extract<OperatorSpec, { kind: 'source' }>['watermarks'];

/** Event time of a source: timestamps of its rows, periodic watermarks, and the idle status. */
export class SourceWatermarks {
  private highestMs = -Infinity;
  private emittedMs = -Infinity;
  private idle = false;
  private lastRowsMs: number;
  private lastEmitMs: number;

  constructor(
    private readonly place: OperatorPlace,
    private readonly spec: WatermarkSpec,
    nowMs: number,
  ) {
    this.lastRowsMs = nowMs;
    this.lastEmitMs = nowMs;
  }

  /** The timestamps of these rows; undefined when the job assigns none. */
  assign(rows: readonly unknown[]): Float64Array | undefined {
    const { timestampAssigner } = this.spec;
    if (timestampAssigner === undefined) return undefined;
    const timestamps = new Float64Array(rows.length);
    let highest = this.highestMs;
    let row = 0;
    try {
      for (; row < rows.length; row++) {
        const timestamp = timestampAssigner(rows[row], undefined);
        if (!Number.isFinite(timestamp)) throw notATime(timestamp);
        timestamps[row] = timestamp;
        if (timestamp > highest) highest = timestamp;
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'the timestamp assigner', rows[row]);
    }
    this.highestMs = highest;
    return timestamps;
  }

  /** What is due before rows that were just read. */
  *beforeRows(nowMs: number): Generator<ChainElement> {
    this.lastRowsMs = nowMs;
    if (this.idle) {
      this.idle = false;
      yield { k: 'status', idle: false };
    }
  }

  /** What is due now, after rows or without. */
  *periodic(nowMs: number): Generator<ChainElement> {
    if (nowMs - this.lastEmitMs >= intervalMs) {
      this.lastEmitMs = nowMs;
      yield* this.watermark();
    }
    const { idlenessMs } = this.spec;
    if (idlenessMs !== undefined && nowMs - this.lastRowsMs >= idlenessMs) yield* this.becomeIdle();
  }

  /** The reader has nothing more: it must not hold the watermark back. */
  *exhausted(): Generator<ChainElement> {
    yield* this.watermark();
    yield* this.becomeIdle();
  }

  /** The end of the input of the whole job. */
  *end(): Generator<ChainElement> {
    if (this.idle) yield { k: 'status', idle: false };
    this.idle = false;
    yield { k: 'watermark', ms: lastWatermarkMs };
  }

  private *watermark(): Generator<ChainElement> {
    if (this.spec.generator.t === 'none') return;
    const ms = this.highestMs - this.spec.generator.maxOutOfOrdernessMs - 1;
    if (ms <= this.emittedMs) return;
    this.emittedMs = ms;
    yield { k: 'watermark', ms };
  }

  private *becomeIdle(): Generator<ChainElement> {
    if (this.idle) return;
    this.idle = true;
    yield { k: 'status', idle: true };
  }

  /** When `periodic` is worth calling again, in ms from now; undefined when only rows change anything. */
  waitMs(nowMs: number): number | undefined {
    const waits: number[] = [];
    if (
      this.spec.generator.t !== 'none' &&
      this.highestMs - this.spec.generator.maxOutOfOrdernessMs - 1 > this.emittedMs
    )
      waits.push(this.lastEmitMs + intervalMs - nowMs);
    if (this.spec.idlenessMs !== undefined && !this.idle) waits.push(this.lastRowsMs + this.spec.idlenessMs - nowMs);
    return waits.length === 0 ? undefined : Math.max(1, Math.min(...waits));
  }
}

function notATime(timestamp: unknown): Error {
  return userError(
    'job.timestamp',
    `The timestamp ${valueText(timestamp)} is no number of milliseconds.`,
    'Correct the timestamp assigner.',
  );
}
