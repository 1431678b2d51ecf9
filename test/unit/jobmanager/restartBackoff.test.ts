import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { defaultExecutionConfig, withSettings } from '../../../runtime/graph/executionConfig';
import {
  RestartStrategies,
  type RestartStrategy,
  type RestartStrategySettings,
} from '../../../runtime/graph/restartStrategy';
import { restartStrategyText } from '../../../runtime/jobmanager/rest/flink/restartStrategyText';
import { noFailuresYet, restartAfter } from '../../../runtime/jobmanager/states/restartBackoff';

function strategyOf(settings: RestartStrategySettings): RestartStrategy {
  return withSettings(defaultExecutionConfig, { restartStrategy: settings }).restartStrategy;
}

/** The delay before each restart, or the reason why there is none, for failures at these times. */
function outcomes(strategy: RestartStrategy, atMs: readonly number[], chance = 0.5): (number | string)[] {
  let backoff = noFailuresYet;
  return atMs.map((nowMs) => {
    const decision = restartAfter(strategy, backoff, { nowMs, chance });
    backoff = decision.backoff;
    return decision.restart === undefined ? decision.why : decision.restart.delayMs;
  });
}

const table: readonly (readonly [
  what: string,
  settings: RestartStrategySettings,
  failuresMs: readonly number[],
  outcomes: readonly (number | string)[],
])[] = [
  ['none ends the job at once', { type: 'none' }, [5], ['The restart strategy allows no restart.']],
  ['a fixed delay without end restarts always', {}, [0, 0, 1, 1], [0, 0, 0, 0]],
  [
    'a fixed delay restarts as often as it says',
    { attempts: 2, delayMs: 300 },
    [0, 1_000, 2_000],
    [300, 300, 'The restart strategy allows 2 restarts, and all of them were used.'],
  ],
  ['a fixed delay of no attempts restarts never', { attempts: 0 }, [0], ['The restart strategy allows no restart.']],
  [
    'an exponential delay grows up to its maximum',
    { type: 'exponential-delay', jitterFactor: 0, backoffMultiplier: 2, maxBackoffMs: 5_000 },
    [0, 10_000, 20_000, 30_000, 40_000],
    [1_000, 2_000, 4_000, 5_000, 5_000],
  ],
  [
    'an exponential delay starts anew after a time without failures',
    { type: 'exponential-delay', jitterFactor: 0, backoffMultiplier: 2, resetBackoffThresholdMs: 60_000 },
    [0, 10_000, 12_000 + 59_999, 80_000 + 60_000],
    [1_000, 2_000, 4_000, 1_000],
  ],
  [
    'a failure before the restart is due is part of the same attempt',
    { type: 'exponential-delay', jitterFactor: 0, attemptsBeforeResetBackoff: 1 },
    [0, 400, 1_000, 1_001],
    [1_000, 600, 0, 'The restart strategy allows 1 restart before its delay starts anew.'],
  ],
  [
    'a failure rate restarts as long as the failures of an interval are as many as allowed',
    { type: 'failure-rate', maxFailuresPerInterval: 2, intervalMs: 1_000, delayMs: 10 },
    [0, 500, 1_001, 1_400],
    [10, 10, 10, 'There were 3 failures within 1000 ms; the restart strategy allows 2.'],
  ],
];

describe('a restart strategy', () => {
  for (const [what, settings, failuresMs, expected] of table) {
    test(what, () => {
      assert.deepEqual(outcomes(strategyOf(settings), failuresMs), expected);
    });
  }

  test('with jitter keeps its delay within the part of it that is left to chance, and within its limits', () => {
    const strategy = RestartStrategies.exponentialDelayRestart({ jitterFactor: 0.2, maxBackoffMs: 10_000 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20), (chance, failures) => {
        const times = Array.from({ length: failures + 1 }, (_, index) => index * 100_000);
        const delayMs = Number(outcomes(strategy, times, chance).at(-1));
        const grown = Math.min(10_000, 1_000 * 1.5 ** failures);
        assert.ok(delayMs >= Math.max(1_000, grown * 0.8 - 1) && delayMs <= Math.min(10_000, grown * 1.2 + 1));
      }),
    );
  });

  test('says which attempt it is, of how many, and by which rule', () => {
    const decision = restartAfter(strategyOf({ attempts: 3, delayMs: 7 }), noFailuresYet, { nowMs: 0, chance: 0 });
    assert.deepEqual(decision.restart, { delayMs: 7, attempt: 1, of: 3, why: 'fixed delay, 3 restarts allowed' });
  });

  test("has Flink's sentence in the configuration of the job", () => {
    assert.equal(restartStrategyText(RestartStrategies.noRestart()), 'Restart deactivated.');
    assert.equal(
      restartStrategyText(RestartStrategies.fixedDelayRestart(10, 2_000)),
      'Restart with fixed delay (PT2S). #10 restart attempts.',
    );
    assert.equal(
      restartStrategyText(RestartStrategies.exponentialDelayRestart()),
      'Restart with exponential delay: starting at PT1S, increasing by 1.500000, with max PT1M. Delay resets after PT1H with jitter 0.100000',
    );
    assert.equal(
      restartStrategyText(RestartStrategies.failureRateRestart(3, 300_000, 10_500)),
      'Failure rate restart with maximum of 3 failures within interval PT5M and fixed delay PT10.5S.',
    );
  });
});
