/** When a job restarts after a failure: the four strategies of Flink's `RestartBackoffTimeStrategy` as one pure decision. */
import type { RestartStrategy } from '../../graph/restartStrategy';

/** What the strategies remember of the failures so far; times by the monotonic clock. */
export interface RestartBackoff {
  /** Failures that counted; with an exponential delay, those since it started anew. */
  readonly attempts: number;
  /** The newest failures, as many as the failure rate looks at. */
  readonly failuresMs: readonly number[];
  /** When the restart after the newest failure is due, if its delay is exponential. */
  readonly nextRestartMs: number;
}

export const noFailuresYet: RestartBackoff = {
  attempts: 0,
  failuresMs: [],
  nextRestartMs: Number.NEGATIVE_INFINITY,
};

/** What a decision knows of the world besides the event. */
export interface Moment {
  /** Monotonic. */
  readonly nowMs: number;
  /** From 0 to 1, for the jitter of a delay. */
  readonly chance: number;
}

export interface PermittedRestart {
  readonly delayMs: number;
  /** Number of this attempt, and how many the strategy allows. */
  readonly attempt: number;
  readonly of: number | 'unlimited';
  /** The rule, in words. */
  readonly why: string;
}

export type RestartDecision = { readonly backoff: RestartBackoff } & (
  { readonly restart: PermittedRestart } | { readonly restart?: never; readonly why: string }
);

const noRestart = 'The restart strategy allows no restart.';

/** A failure has come: whether the job restarts, after how long, and what is remembered of it. */
export function restartAfter(strategy: RestartStrategy, before: RestartBackoff, moment: Moment): RestartDecision {
  switch (strategy.type) {
    case 'none':
      return { backoff: before, why: noRestart };
    case 'fixed-delay':
      return fixedDelay(strategy, before);
    case 'exponential-delay':
      return exponentialDelay(strategy, before, moment);
    case 'failure-rate':
      return failureRate(strategy, before, moment);
  }
}

type Strategy<T extends RestartStrategy['type']> = Extract<RestartStrategy, { type: T }>;

function fixedDelay({ attempts, delayMs }: Strategy<'fixed-delay'>, before: RestartBackoff): RestartDecision {
  const backoff = { ...before, attempts: before.attempts + 1 };
  if (attempts !== 'unlimited' && backoff.attempts > attempts) {
    const why = `The restart strategy allows ${restarts(attempts)}, and all of them were used.`;
    return { backoff, why: attempts === 0 ? noRestart : why };
  }
  const why = `fixed delay${attempts === 'unlimited' ? '' : `, ${restarts(attempts)} allowed`}`;
  return { backoff, restart: { delayMs, attempt: backoff.attempts, of: attempts, why } };
}

/** Failures before the restart is due are part of the one that it is for, as in Flink since 1.19. */
function exponentialDelay(
  strategy: Strategy<'exponential-delay'>,
  before: RestartBackoff,
  moment: Moment,
): RestartDecision {
  const { attemptsBeforeResetBackoff: of, resetBackoffThresholdMs } = strategy;
  const { nowMs } = moment;
  if (nowMs <= before.nextRestartMs) {
    const delayMs = Math.ceil(before.nextRestartMs - nowMs);
    return {
      backoff: before,
      restart: { delayMs, attempt: before.attempts, of, why: 'exponential delay, what is left of it' },
    };
  }
  const anew = nowMs - before.nextRestartMs >= resetBackoffThresholdMs;
  const earlier = anew ? 0 : before.attempts;
  const delayMs = exponentialDelayMs(strategy, earlier, moment.chance);
  const backoff = { ...before, attempts: earlier + 1, nextRestartMs: nowMs + delayMs };
  if (of !== 'unlimited' && backoff.attempts > of) {
    return { backoff, why: `The restart strategy allows ${restarts(of)} before its delay starts anew.` };
  }
  const why = `exponential delay, ${earlier === 0 ? 'at its beginning' : `grown by ${strategy.backoffMultiplier}^${earlier}`}`;
  return { backoff, restart: { delayMs, attempt: backoff.attempts, of, why } };
}

/** Chance makes it longer or shorter by the jitter's part of it, within the two limits. */
function exponentialDelayMs(strategy: Strategy<'exponential-delay'>, earlier: number, chance: number): number {
  const { initialBackoffMs, maxBackoffMs, backoffMultiplier, jitterFactor } = strategy;
  const grown = Math.min(maxBackoffMs, initialBackoffMs * backoffMultiplier ** earlier);
  const jittered = Math.round(grown + grown * jitterFactor * (2 * chance - 1));
  return Math.max(initialBackoffMs, Math.min(maxBackoffMs, jittered));
}

/** The failure after the allowed ones must come later than an interval after the first of them. */
function failureRate(
  { maxFailuresPerInterval: most, intervalMs, delayMs }: Strategy<'failure-rate'>,
  before: RestartBackoff,
  { nowMs }: Moment,
): RestartDecision {
  const failuresMs = [...before.failuresMs, nowMs].slice(-(most + 1));
  const backoff = { ...before, attempts: before.attempts + 1, failuresMs };
  const recent = failuresMs.filter((atMs) => nowMs - atMs <= intervalMs).length;
  const rate = `${recent} of ${most} allowed failures within ${intervalMs} ms`;
  if (recent > most) {
    return {
      backoff,
      why: `There were ${recent} failures within ${intervalMs} ms; the restart strategy allows ${most}.`,
    };
  }
  return { backoff, restart: { delayMs, attempt: backoff.attempts, of: 'unlimited', why: `failure rate, ${rate}` } };
}

function restarts(count: number): string {
  return count === 1 ? '1 restart' : `${count} restarts`;
}
