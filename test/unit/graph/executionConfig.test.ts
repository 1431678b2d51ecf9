import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultExecutionConfig, withSettings, type ExecutionSettings } from '../../../runtime/graph/executionConfig';

describe('execution settings', () => {
  test('replace single fields and leave the others of the same group', () => {
    const config = withSettings(defaultExecutionConfig, { parallelism: 4, checkpointing: { intervalMs: 1000 } });
    assert.equal(config.parallelism, 4);
    assert.equal(config.checkpointing.intervalMs, 1000);
    assert.equal(config.checkpointing.timeoutMs, defaultExecutionConfig.checkpointing.timeoutMs);
    assert.deepEqual(config.restartStrategy, defaultExecutionConfig.restartStrategy);
  });

  test('leave alone what they do not give', () => {
    const given = { parallelism: undefined, checkpointing: { mode: undefined } } as unknown as ExecutionSettings;
    assert.deepEqual(withSettings(defaultExecutionConfig, given), defaultExecutionConfig);
  });

  test('may be unlimited where that makes sense', () => {
    const config = withSettings(defaultExecutionConfig, {
      checkpointing: { tolerableFailures: 'unlimited' },
      restartStrategy: { attempts: 'unlimited' },
    });
    assert.equal(config.checkpointing.tolerableFailures, 'unlimited');
    assert.deepEqual(config.restartStrategy, { type: 'fixed-delay', attempts: 'unlimited', delayMs: 0 });
  });

  test('of an unknown name are refused with the names that there are', () => {
    const settings = { restartStrategy: { delay: 5 } } as ExecutionSettings;
    assert.throws(() => withSettings(defaultExecutionConfig, settings), {
      code: 'job.bad-setting',
      message: "There is no setting restartStrategy.delay of the restart strategy 'fixed-delay'.",
      advice:
        'Known here: type, attempts, delayMs; or give another type (none, fixed-delay, exponential-delay, failure-rate).',
    });
    const inherited = JSON.parse('{"toString": 1}') as ExecutionSettings;
    assert.throws(() => withSettings(defaultExecutionConfig, inherited), { subject: { field: 'toString' } });
  });

  test('of a restart strategy keep its other fields; another type begins with its own defaults', () => {
    const rate = withSettings(defaultExecutionConfig, { restartStrategy: { type: 'failure-rate', delayMs: 5 } });
    assert.deepEqual(rate.restartStrategy, {
      type: 'failure-rate',
      maxFailuresPerInterval: 1,
      intervalMs: 60_000,
      delayMs: 5,
    });
    const oftener = withSettings(rate, { restartStrategy: { maxFailuresPerInterval: 3 } });
    assert.deepEqual(oftener.restartStrategy, { ...rate.restartStrategy, maxFailuresPerInterval: 3 });
    assert.deepEqual(withSettings(rate, { restartStrategy: { type: 'none' } }).restartStrategy, { type: 'none' });
  });

  /** As it may come from a request or an unchecked file. */
  const untyped = (settings: unknown): ExecutionSettings => settings as ExecutionSettings;

  const bad: readonly [field: string, settings: ExecutionSettings][] = [
    ['parallelism', { parallelism: 0 }],
    ['parallelism', { parallelism: 1.5 }],
    ['parallelism', { parallelism: NaN }],
    ['maxParallelism', { maxParallelism: 32769 }],
    ['checkpointing.intervalMs', { checkpointing: { intervalMs: 9 } }],
    ['checkpointing.timeoutMs', { checkpointing: { timeoutMs: 0 } }],
    ['checkpointing.minPauseMs', { checkpointing: { minPauseMs: -1 } }],
    ['checkpointing.maxConcurrent', { checkpointing: { maxConcurrent: 0 } }],
    ['checkpointing.retained', { checkpointing: { retained: 0 } }],
    ['checkpointing.tolerableFailures', { checkpointing: { tolerableFailures: -1 } }],
    ['restartStrategy.attempts', { restartStrategy: { attempts: -1 } }],
    ['restartStrategy.delayMs', { restartStrategy: { delayMs: 0.5 } }],
    ['restartStrategy.type', untyped({ restartStrategy: { type: 'sometimes' } })],
    ['restartStrategy.attempts', untyped({ restartStrategy: { type: 'none', attempts: 1 } })],
    ['restartStrategy.backoffMultiplier', { restartStrategy: { type: 'exponential-delay', backoffMultiplier: 1 } }],
    ['restartStrategy.jitterFactor', { restartStrategy: { type: 'exponential-delay', jitterFactor: 1.5 } }],
    ['restartStrategy.initialBackoffMs', { restartStrategy: { type: 'exponential-delay', maxBackoffMs: 10 } }],
    ['failoverStrategy', untyped({ failoverStrategy: 'task' })],
    ['rowsPerSecond', { rowsPerSecond: 0 }],
    ['rowsPerSecond', { rowsPerSecond: Infinity }],
    ['parallelism', untyped({ parallelism: '2' })],
    ['operatorChaining', untyped({ operatorChaining: 'no' })],
    ['checkpointing', untyped({ checkpointing: 'no' })],
    ['checkpointing.mode', untyped({ checkpointing: { mode: 'EXACTLY_ONCE' } })],
    ['checkpointDirectory', { checkpointDirectory: '' }],
    ['savepointDirectory', untyped({ savepointDirectory: 5 })],
  ];
  for (const [field, settings] of bad) {
    test(`refuse ${JSON.stringify(settings)} and name ${field}`, () => {
      assert.throws(() => withSettings(defaultExecutionConfig, settings), {
        code: 'job.bad-setting',
        domain: 'user',
        subject: { field },
      });
    });
  }
});
