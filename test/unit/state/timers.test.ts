import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Types } from '../../../runtime/api/types';
import { VOID_NAMESPACE } from '../../../runtime/formats/serializers/streaming';
import { InternalTimerService } from '../../../runtime/state/internalTimerService';
import { memoryEnv } from '../../support/memoryEnv';
import { newBackend } from './support';

function service() {
  const backend = newBackend(memoryEnv(), Types.STRING);
  const timers = new InternalTimerService(backend, 'user-timers', VOID_NAMESPACE);
  const forKey = (key: string): InternalTimerService => {
    backend.setCurrentKey(key, key.length % 8);
    return timers;
  };
  const due = (watermark: number): string[] => {
    const fired: string[] = [];
    for (let timer = timers.pollEventTime(watermark); timer; timer = timers.pollEventTime(watermark)) {
      fired.push(`${timer.timestampMs} ${String(backend.currentKey)}`);
    }
    return fired;
  };
  return { backend, timers, forKey, due };
}

test('timers fire in the order of time, up to the watermark, with their key current', () => {
  const { forKey, due, timers } = service();
  for (const [key, at] of [
    ['ATL', 30],
    ['BOS', 10],
    ['LAX', 20],
    ['ATL', 5],
    ['ATL', 40],
  ] as const) {
    forKey(key).registerEventTimeTimer(null, at);
  }
  assert.deepEqual(due(20), ['5 ATL', '10 BOS', '20 LAX']);
  assert.equal(timers.currentWatermark, 20);
  assert.deepEqual(due(29), []);
  assert.deepEqual(due(Infinity), ['30 ATL', '40 ATL']);
});

test('a timer that is registered twice fires once, and not after it was deleted', () => {
  const { forKey, due } = service();
  forKey('ATL').registerEventTimeTimer(null, 10);
  forKey('ATL').registerEventTimeTimer(null, 10);
  forKey('BOS').registerEventTimeTimer(null, 10);
  forKey('BOS').deleteEventTimeTimer(null, 10);
  forKey('BOS').deleteEventTimeTimer(null, 11);
  assert.deepEqual(due(10), ['10 ATL']);
  forKey('ATL').registerEventTimeTimer(null, 10);
  assert.deepEqual(due(10), ['10 ATL']);
});

test('a timer that is registered while others fire takes part', () => {
  const { forKey, timers } = service();
  forKey('ATL').registerEventTimeTimer(null, 1);
  assert.equal(timers.pollEventTime(10)?.timestampMs, 1);
  timers.registerEventTimeTimer(null, 7);
  assert.equal(timers.pollEventTime(10)?.timestampMs, 7);
  assert.equal(timers.pollEventTime(10), undefined);
});

test('processing time has timers of its own and tells when the next one is due', () => {
  const { forKey, due, timers, backend } = service();
  assert.equal(timers.nextProcessingTimeMs(), undefined);
  forKey('ATL').registerProcessingTimeTimer(null, 100);
  forKey('BOS').registerProcessingTimeTimer(null, 50);
  assert.equal(timers.nextProcessingTimeMs(), 50);
  assert.deepEqual(due(Infinity), []);
  assert.equal(timers.pollProcessingTime(49), undefined);
  assert.equal(timers.pollProcessingTime(50)?.key, 'BOS');
  assert.equal(backend.currentKey, 'BOS');
  forKey('ATL').deleteProcessingTimeTimer(null, 100);
  assert.equal(timers.nextProcessingTimeMs(), undefined);
});

test('any timers, some of them deleted again, fire in the order of time', () => {
  const times = fc.uniqueArray(fc.nat(500), { maxLength: 60 });
  const program = fc.tuple(times, fc.array(fc.nat(59), { maxLength: 30 }));
  fc.assert(
    fc.property(program, ([registered, deleted]) => {
      const { forKey, due } = service();
      for (const at of registered) forKey('ATL').registerEventTimeTimer(null, at);
      const gone = new Set(deleted.map((index) => registered[index]));
      for (const at of gone) if (at !== undefined) forKey('ATL').deleteEventTimeTimer(null, at);
      const left = registered.filter((at) => !gone.has(at)).sort((a, b) => a - b);
      assert.deepEqual(
        due(Infinity),
        left.map((at) => `${at} ATL`),
      );
    }),
    { seed: 20261121, numRuns: 500 },
  );
});
