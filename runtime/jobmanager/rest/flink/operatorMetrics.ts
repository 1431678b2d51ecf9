import { isEndOfTask } from '../../../base/status';
import type { ChainedOperator, JobVertex } from '../../../graph/jobGraph';
import type { OperatorMetrics } from '../../../wire/messages';
import type { AttemptRecord } from '../../records';
import { operatorRatesOf } from '../../taskRates';
import { watermarkText } from './watermarkText';

/** Flink's `METRICS_OPERATOR_NAME_MAX_LENGTH`. */
const longestName = 80;

/** Values by name of the operators of one task, `<operator>.<metric>` with Flink's names. */
export function operatorMetrics(vertex: JobVertex, attempt: AttemptRecord, nowMs: number): ReadonlyMap<string, string> {
  const reported = attempt.metrics?.operators ?? [];
  return new Map(
    vertex.operators.flatMap((operator) => {
      const metrics = reported.find((each) => each.operator === operator.operatorId);
      if (metrics === undefined) return [];
      const scope = scopeOf(operator.name);
      const values = { ...countsOf(operator, metrics, attempt, nowMs), ...watermarksOf(operator, metrics) };
      return Object.entries(values).map(([name, value]) => [`${scope}.${name}`, String(value)] as const);
    }),
  );
}

/** Flink writes names of operators into the names of their metrics without `. : ,` and spaces, and cuts them. */
export function scopeOf(operatorName: string): string {
  return operatorName.slice(0, longestName).replace(/[ .:,]/g, '_');
}

function countsOf(
  { kind, operatorId }: ChainedOperator,
  metrics: OperatorMetrics,
  attempt: AttemptRecord,
  nowMs: number,
): Readonly<Record<string, number>> {
  const samples = isEndOfTask(attempt.state) ? [] : (attempt.samples ?? []);
  const rates = operatorRatesOf(samples, operatorId, nowMs);
  const taken = { numRecordsIn: metrics.recordsIn, numRecordsInPerSecond: rates.recordsIn };
  const given = { numRecordsOut: metrics.recordsOut, numRecordsOutPerSecond: rates.recordsOut };
  switch (kind) {
    case 'source':
      return given;
    case 'sink':
      // What a sink has taken it sends; a record that it cannot send fails the task.
      return { ...taken, numRecordsSend: metrics.recordsIn, numRecordsSendErrors: 0 };
    default:
      return {
        ...taken,
        ...given,
        ...(metrics.lateRecordsDropped === undefined ? {} : { numLateRecordsDropped: metrics.lateRecordsDropped }),
      };
  }
}

function watermarksOf({ kind }: ChainedOperator, metrics: OperatorMetrics): Readonly<Record<string, string>> {
  return {
    ...(kind === 'source' ? {} : { currentInputWatermark: watermarkText(metrics.inputWatermarkMs) }),
    currentOutputWatermark: watermarkText(metrics.outputWatermarkMs),
  };
}
