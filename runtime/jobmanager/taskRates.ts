import type { OperatorId } from '../base/ids';
import type { TaskMetrics } from '../wire/messages';

/** What a task had counted at a time; times are epoch ms. */
export interface MetricsSample {
  readonly atMs: number;
  readonly counted: Pick<
    TaskMetrics,
    'recordsIn' | 'recordsOut' | 'bytesIn' | 'bytesOut' | 'busyMs' | 'backPressuredMs' | 'operators'
  >;
}

/** Per second, over the newest samples. */
export interface OperatorRates {
  readonly recordsIn: number;
  readonly recordsOut: number;
}

/** The same of a whole task. */
export interface TaskRates extends OperatorRates {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Parts of each second, in ms; together at most 1,000. */
  readonly busyMs: number;
  readonly idleMs: number;
  readonly backPressuredMs: number;
}

const noRates: TaskRates = {
  recordsIn: 0,
  recordsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  busyMs: 0,
  idleMs: 0,
  backPressuredMs: 0,
};

/** Flink averages over a minute; somebody who steps through a job wants to see what it does now. */
const windowMs = 5_000;
/** A task reports twice a second unless nothing has changed: after so long its silence means that it waits for input. */
const silenceMs = 1_200;

/** The samples with one more, without those that are too old to be used. */
export function withSample(samples: readonly MetricsSample[], atMs: number, metrics: TaskMetrics): MetricsSample[] {
  const { recordsIn, recordsOut, bytesIn, bytesOut, busyMs, backPressuredMs, operators } = metrics;
  const newest = { atMs, counted: { recordsIn, recordsOut, bytesIn, bytesOut, busyMs, backPressuredMs, operators } };
  const firstUsed = samples.findLastIndex((sample) => sample.atMs <= atMs - windowMs);
  return [...samples.slice(Math.max(0, firstUsed)), newest];
}

/** What the task does per second now. The time for which nothing was heard of it counts as waiting for input. */
export function ratesOf(samples: readonly MetricsSample[], nowMs: number): TaskRates {
  const span = newestSpan(samples, nowMs);
  if (span === undefined) return noRates;
  const perSecond = (name: Exclude<keyof MetricsSample['counted'], 'operators'>): number =>
    span.perSecond(({ counted }) => counted[name]);
  const busyMs = Math.min(1_000, perSecond('busyMs'));
  const backPressuredMs = Math.min(1_000 - busyMs, perSecond('backPressuredMs'));
  return {
    recordsIn: perSecond('recordsIn'),
    recordsOut: perSecond('recordsOut'),
    bytesIn: perSecond('bytesIn'),
    bytesOut: perSecond('bytesOut'),
    busyMs,
    backPressuredMs,
    idleMs: 1_000 - busyMs - backPressuredMs,
  };
}

/** What one operator of the task takes and gives per second now. */
export function operatorRatesOf(samples: readonly MetricsSample[], operator: OperatorId, nowMs: number): OperatorRates {
  const span = newestSpan(samples, nowMs);
  const perSecond = (name: 'recordsIn' | 'recordsOut'): number =>
    span?.perSecond(({ counted }) => counted.operators.find((each) => each.operator === operator)?.[name] ?? 0) ?? 0;
  return { recordsIn: perSecond('recordsIn'), recordsOut: perSecond('recordsOut') };
}

/** Growth over the newest samples; `undefined` when there are none to compare. */
function newestSpan(samples: readonly MetricsSample[], nowMs: number) {
  const newest = samples.at(-1);
  if (newest === undefined) return undefined;
  const endMs = nowMs - newest.atMs > silenceMs ? nowMs : newest.atMs;
  const oldest = samples.findLast((sample) => sample.atMs <= endMs - windowMs) ?? samples[0];
  const spanMs = oldest === undefined ? 0 : endMs - oldest.atMs;
  if (oldest === undefined || spanMs <= 0) return undefined;
  return {
    perSecond: (of: (sample: MetricsSample) => number): number =>
      Math.max(0, ((of(newest) - of(oldest)) * 1_000) / spanMs),
  };
}
