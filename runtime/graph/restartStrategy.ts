import { userError } from '../base/errors';
import { check, either, integer, number, oneOf, type Check } from './checks';

/** Flink's `NoRestartBackoffTimeStrategy`: the first failure fails the job. */
interface NoRestart {
  readonly type: 'none';
}

/** So many restarts in all, each after the same delay. */
interface FixedDelay {
  readonly type: 'fixed-delay';
  readonly attempts: number | 'unlimited';
  readonly delayMs: number;
}

/** The delay grows by the multiplier with each failure, up to a maximum, and starts anew when the job has run without failure for a while. */
interface ExponentialDelay {
  readonly type: 'exponential-delay';
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly backoffMultiplier: number;
  /** So long without a failure, and the delay starts anew. */
  readonly resetBackoffThresholdMs: number;
  /** Part of the delay by which it is at most longer or shorter, by chance. */
  readonly jitterFactor: number;
  /** Restarts before the delay starts anew. */
  readonly attemptsBeforeResetBackoff: number | 'unlimited';
}

/** At most so many failures in each interval, with a delay before each restart. */
interface FailureRate {
  readonly type: 'failure-rate';
  readonly maxFailuresPerInterval: number;
  readonly intervalMs: number;
  readonly delayMs: number;
}

/** Whether and when a job restarts after a failure; the types and numbers of Flink's `restart-strategy.*`. */
export type RestartStrategy = NoRestart | FixedDelay | ExponentialDelay | FailureRate;

type SettingsOf<S extends RestartStrategy> = Partial<S>;
/** What a job or a run sets of it: without a type, fields of the type there is; with another type, the rest is that type's default. */
export type RestartStrategySettings =
  SettingsOf<NoRestart> | SettingsOf<FixedDelay> | SettingsOf<ExponentialDelay> | SettingsOf<FailureRate>;

/** As in Flink, except: a fixed delay restarts without end and at once. */
const defaults: { readonly [T in RestartStrategy['type']]: Extract<RestartStrategy, { type: T }> } = {
  none: { type: 'none' },
  'fixed-delay': { type: 'fixed-delay', attempts: 'unlimited', delayMs: 0 },
  'exponential-delay': {
    type: 'exponential-delay',
    initialBackoffMs: 1_000,
    maxBackoffMs: 60_000,
    backoffMultiplier: 1.5,
    resetBackoffThresholdMs: 3_600_000,
    jitterFactor: 0.1,
    attemptsBeforeResetBackoff: 'unlimited',
  },
  'failure-rate': { type: 'failure-rate', maxFailuresPerInterval: 1, intervalMs: 60_000, delayMs: 1_000 },
};

export const defaultRestartStrategy: RestartStrategy = defaults['fixed-delay'];

/** Flink's class of the same name: each strategy as a value for `setRestartStrategy`. */
export const RestartStrategies = {
  noRestart: (): RestartStrategy => defaults.none,
  fixedDelayRestart: (attempts: number | 'unlimited', delayMs: number): RestartStrategy => ({
    type: 'fixed-delay',
    attempts,
    delayMs,
  }),
  exponentialDelayRestart: (settings: Omit<SettingsOf<ExponentialDelay>, 'type'> = {}): RestartStrategy => ({
    ...defaults['exponential-delay'],
    ...settings,
  }),
  failureRateRestart: (maxFailuresPerInterval: number, intervalMs: number, delayMs: number): RestartStrategy => ({
    type: 'failure-rate',
    maxFailuresPerInterval,
    intervalMs,
    delayMs,
  }),
} as const;

const group = 'restartStrategy';
const attempts = either(integer(0), oneOf('unlimited'));
const types = Object.keys(defaults);
const type = oneOf(...types);

const checks: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  none: { type },
  'fixed-delay': { type, attempts, delayMs: integer(0) },
  'exponential-delay': {
    type,
    initialBackoffMs: integer(1),
    maxBackoffMs: integer(1),
    backoffMultiplier: number(1, Infinity, 'exclusive'),
    resetBackoffThresholdMs: integer(1),
    jitterFactor: number(0, 1),
    attemptsBeforeResetBackoff: either(integer(1), oneOf('unlimited')),
  },
  'failure-rate': { type, maxFailuresPerInterval: integer(1), intervalMs: integer(1), delayMs: integer(0) },
} satisfies { readonly [S in RestartStrategy as S['type']]: Readonly<Record<keyof S, Check>> };

/** The strategy with these settings in the place of its own. Throws the user error `job.bad-setting`, which names the field. */
export function withRestartSettings(before: RestartStrategy, settings: RestartStrategySettings): RestartStrategy {
  check(`${group}.type`, settings.type, type);
  const base = settings.type === undefined || settings.type === before.type ? before : defaults[settings.type];
  const known = checks[base.type] ?? {};
  const given: readonly [string, unknown][] = Object.entries(settings).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const field = Object.hasOwn(known, name) ? known[name] : undefined;
    if (field === undefined) throw unknownField(name, base.type, Object.keys(known));
    check(`${group}.${name}`, value, field);
  }
  // Each field has been checked to be one of this type of strategy and to hold what it must.
  const strategy: RestartStrategy = { ...base, ...Object.fromEntries(given) };
  if (strategy.type === 'exponential-delay') {
    check(`${group}.initialBackoffMs`, strategy.initialBackoffMs, integer(1, strategy.maxBackoffMs));
  }
  return strategy;
}

function unknownField(name: string, of: RestartStrategy['type'], known: readonly string[]): Error {
  const field = `${group}.${name}`;
  return userError(
    'job.bad-setting',
    `There is no setting ${field} of the restart strategy '${of}'.`,
    `Known here: ${known.join(', ')}; or give another type (${types.join(', ')}).`,
    { subject: { field } },
  );
}
