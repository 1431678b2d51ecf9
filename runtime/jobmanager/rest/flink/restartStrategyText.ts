import type { RestartStrategy } from '../../../graph/restartStrategy';

/** Java's largest int: what Flink has for "without end". */
const unlimited = 2_147_483_647;

/** The sentence that Flink's `/jobs/:jobid/config` has for a restart strategy. */
export function restartStrategyText(strategy: RestartStrategy): string {
  switch (strategy.type) {
    case 'none':
      return 'Restart deactivated.';
    case 'fixed-delay': {
      const attempts = strategy.attempts === 'unlimited' ? unlimited : strategy.attempts;
      return `Restart with fixed delay (${isoDuration(strategy.delayMs)}). #${attempts} restart attempts.`;
    }
    case 'exponential-delay':
      return (
        `Restart with exponential delay: starting at ${isoDuration(strategy.initialBackoffMs)}, ` +
        `increasing by ${strategy.backoffMultiplier.toFixed(6)}, with max ${isoDuration(strategy.maxBackoffMs)}. ` +
        `Delay resets after ${isoDuration(strategy.resetBackoffThresholdMs)} with jitter ${strategy.jitterFactor.toFixed(6)}`
      );
    case 'failure-rate':
      return (
        `Failure rate restart with maximum of ${strategy.maxFailuresPerInterval} failures within interval ` +
        `${isoDuration(strategy.intervalMs)} and fixed delay ${isoDuration(strategy.delayMs)}.`
      );
  }
}

/** As Java writes a `Duration`: `PT2S`, `PT1H0.5S`. */
function isoDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1_000;
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 ? `${seconds}S` : ''];
  return `PT${parts.join('') || '0S'}`;
}
