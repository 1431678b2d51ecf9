import { userError } from '../base/errors';
import { maxKeyGroups } from './keyGroups';

/** What a value that an author or a run gives must be. */
export interface Check {
  /** `an integer of at least 1`. */
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return {
    expected: max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`,
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  };
}

export function number(min: number, max: number, bounds: 'inclusive' | 'exclusive' = 'inclusive'): Check {
  const inside = (value: number): boolean =>
    bounds === 'inclusive' ? value >= min && value <= max : value > min && value < max;
  return {
    expected: max === Infinity ? `a number above ${min}` : `a number from ${min} to ${max}`,
    holds: (value) => typeof value === 'number' && inside(value),
  };
}

export function oneOf(...allowed: readonly (string | boolean)[]): Check {
  return {
    expected: allowed.join(' or '),
    holds: (value) => allowed.some((each) => each === value),
  };
}

export function either(first: Check, second: Check): Check {
  return {
    expected: `${first.expected} or ${second.expected}`,
    holds: (value) => first.holds(value) || second.holds(value),
  };
}

/** Subtasks and key groups. */
export const parallelismCheck = integer(1, maxKeyGroups);

export const positive: Check = number(0, Infinity, 'exclusive');

export const text: Check = {
  expected: 'a text that is not empty',
  holds: (value) => typeof value === 'string' && value !== '',
};

/** Throws the user error `job.bad-setting`, which names the field, unless the value holds or is absent. */
export function check(field: string, value: unknown, { expected, holds }: Check): void {
  if (value === undefined || holds(value)) return;
  throw userError('job.bad-setting', `${field} is ${shown(value)}, but must be ${expected}.`, `Correct ${field}.`, {
    subject: { field },
  });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return value === null ? 'null' : `of type ${typeof value}`;
}
