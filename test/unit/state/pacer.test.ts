import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloseableRegistry } from '../../../runtime/state/closeableRegistry';
import { Pacer } from '../../../runtime/state/pacer';

/** Time passes only while others run: each turn of the event loop takes what `turnMs` says. */
class TurnClock {
  nowMs = 0;
  turns = 0;

  constructor(private readonly turnMs: number) {}

  monoMs(): number {
    return this.nowMs;
  }

  yield(): Promise<void> {
    this.turns += 1;
    this.nowMs += this.turnMs;
    return Promise.resolve();
  }
}

describe('long work in steps', () => {
  test('a step ends by time, and is looked at in batches of entries', () => {
    const clock = new TurnClock(0);
    const pacer = new Pacer(clock, new CloseableRegistry());
    let entries = 0;
    do {
      entries += 1;
      clock.nowMs += 0.01;
    } while (!pacer.tick());
    assert.ok(clock.nowMs > 4 && clock.nowMs < 6, `${clock.nowMs} ms, ${entries} entries`);
  });

  test('others get more time than the step took while they use it', async () => {
    const clock = new TurnClock(1);
    const pacer = new Pacer(clock, new CloseableRegistry());
    clock.nowMs += 4;
    await pacer.pause();
    assert.equal(clock.turns, 7);
  });

  test('the work goes on at once when nobody else wants the thread', async () => {
    const clock = new TurnClock(0.01);
    const pacer = new Pacer(clock, new CloseableRegistry());
    clock.nowMs += 4;
    await pacer.pause();
    assert.equal(clock.turns, 1);
  });

  test('a cancel ends it in its pause', async () => {
    const open = new CloseableRegistry();
    const pacer = new Pacer(new TurnClock(1), open);
    await open.close();
    await assert.rejects(pacer.pause(), { code: 'state.cancelled' });
  });
});
