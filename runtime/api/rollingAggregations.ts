/** The functions behind `sum`, `min`, `max`, `minBy` and `maxBy` of a keyed stream; Flink's `SumAggregator` and `ComparableAggregator`. */
import { userError } from '../base/errors';
import type { ReduceFunction } from './aggregations';

/** The first row with the sum in the place of its field. */
export function summing<T>(field: keyof T & string): ReduceFunction<T> {
  return (first, next) => ({ ...first, [field]: numberIn(first, field) + numberIn(next, field) });
}

/** The first row with the lowest (highest: `sign` -1) value of the field in the place of its own. */
export function extreme<T>(field: keyof T & string, sign: 1 | -1): ReduceFunction<T> {
  return (first, next) => (compare(next, first, field, sign) < 0 ? { ...first, [field]: next[field] } : first);
}

/** The row that has the lowest (highest: `sign` -1) value; of equal ones the first, or the last. */
export function extremeRow<T>(field: keyof T & string, sign: 1 | -1, preferFirst: boolean): ReduceFunction<T> {
  return (first, next) => {
    const order = compare(next, first, field, sign);
    return order < 0 || (order === 0 && !preferFirst) ? next : first;
  };
}

function compare<T>(one: T, other: T, field: keyof T & string, sign: 1 | -1): number {
  const [a, b] = [one[field], other[field]];
  if (a === b) return 0;
  return a < b ? -sign : sign;
}

function numberIn<T>(row: T, field: keyof T & string): number {
  const value: unknown = row[field];
  if (typeof value === 'number') return value;
  throw userError('job.not-a-number', `The field ${field} is no number, but is to be summed.`, `Correct the field.`, {
    subject: { field },
  });
}
