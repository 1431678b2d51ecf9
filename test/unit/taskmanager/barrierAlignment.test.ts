import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type CheckpointId } from '../../../runtime/base/ids';
import { BarrierAlignment } from '../../../runtime/taskmanager/network/barrierAlignment';
import { InputWatermarks } from '../../../runtime/taskmanager/network/inputWatermarks';
import { lastWatermarkMs } from '../../../runtime/taskmanager/network/lastWatermark';
import { WatermarkValve } from '../../../runtime/taskmanager/network/watermarkValve';
import type { SnapshotTarget } from '../../../runtime/wire/messages';

const target = (n: number): SnapshotTarget => ({
  checkpoint: id<CheckpointId>(n),
  type: { t: 'checkpoint' },
  directory: `/chk-${n}`,
  timestampMs: 0,
});
const [one, two, three] = [target(1), target(2), target(3)];

describe('barrier alignment', () => {
  test('a channel stops at its barrier until all have theirs, then all go on', () => {
    const alignment = new BarrierAlignment(3, true);
    assert.deepEqual(alignment.barrier(1, one), {});
    assert.deepEqual(
      [0, 1, 2].map((channel) => alignment.blocks(channel)),
      [false, true, false],
    );
    assert.deepEqual(alignment.barrier(0, one), {});
    assert.deepEqual(alignment.barrier(2, one), { complete: one });
    assert.deepEqual(
      [0, 1, 2].map((channel) => alignment.blocks(channel)),
      [false, false, false],
    );
  });

  test('at least once is the same without the stopping', () => {
    const alignment = new BarrierAlignment(2, false);
    alignment.barrier(0, one);
    assert.equal(alignment.blocks(0), false);
    assert.deepEqual(alignment.barrier(1, one), { complete: one });
  });

  test('a channel that closes is not waited for', () => {
    const alignment = new BarrierAlignment(3, true);
    alignment.barrier(0, one);
    assert.deepEqual(alignment.close(1), {});
    assert.deepEqual(alignment.close(2), { complete: one });
    assert.deepEqual(alignment.barrier(0, two), { complete: two });
  });

  test('a channel that closes behind its barrier does not complete the alignment for the others', () => {
    const alignment = new BarrierAlignment(2, true);
    alignment.barrier(0, one);
    assert.deepEqual(alignment.close(0), {});
    assert.deepEqual(alignment.barrier(1, one), { complete: one });
  });

  test('a newer barrier overtakes, and the late ones of the older checkpoint are ignored', () => {
    const alignment = new BarrierAlignment(2, true);
    alignment.barrier(0, one);
    assert.deepEqual(alignment.barrier(1, two), { superseded: one });
    assert.deepEqual([alignment.blocks(0), alignment.blocks(1)], [false, true]);
    assert.deepEqual(alignment.barrier(0, one), {});
    assert.equal(alignment.blocks(0), false);
    assert.deepEqual(alignment.barrier(0, two), { complete: two });
  });

  test('an abort lets the channels go, and the barriers that still come are ignored', () => {
    const alignment = new BarrierAlignment(2, true);
    alignment.barrier(0, one);
    assert.equal(alignment.abort(one.checkpoint), true);
    assert.equal(alignment.blocks(0), false);
    assert.deepEqual(alignment.barrier(1, one), {});
    assert.equal(alignment.blocks(1), false);
    assert.equal(alignment.abort(three.checkpoint), false);
    assert.deepEqual(alignment.barrier(0, two), {});
    assert.deepEqual(alignment.barrier(0, target(4)), {});
    assert.deepEqual(alignment.barrier(1, target(4)), { complete: target(4) });
  });
});

describe('the watermark of several channels', () => {
  test('is the lowest one and never goes back', () => {
    const valve = new WatermarkValve(2);
    assert.deepEqual(valve.watermark(0, 10), {});
    assert.deepEqual(valve.watermark(1, 5), { watermarkMs: 5 });
    assert.deepEqual(valve.watermark(1, 4), {});
    assert.deepEqual(valve.watermark(1, 20), { watermarkMs: 10 });
  });

  test('does not wait for idle channels; when all are idle it is the highest one', () => {
    const valve = new WatermarkValve(2);
    valve.watermark(0, 10);
    assert.deepEqual(valve.status(1, true), { watermarkMs: 10 });
    valve.watermark(1, 30);
    assert.deepEqual(valve.status(0, true), { watermarkMs: 30, idle: true });
    assert.deepEqual(valve.status(0, false), { idle: false });
    assert.deepEqual(valve.watermark(0, 20), {});
    assert.deepEqual(valve.watermark(0, 40), { watermarkMs: 40 });
  });

  test('waits with the last one for idle channels: what waits for event time in their tasks is still to come', () => {
    const valve = new WatermarkValve(2);
    valve.watermark(0, 10);
    valve.watermark(1, 10);
    valve.status(1, true);
    assert.deepEqual(valve.watermark(0, lastWatermarkMs), {});
    assert.deepEqual(valve.status(1, false), {});
    assert.deepEqual(valve.watermark(1, lastWatermarkMs), { watermarkMs: lastWatermarkMs });
  });

  test('of two inputs waits with the last one for the idle input', () => {
    const watermarks = new InputWatermarks([0, 1]);
    watermarks.watermark(0, 10);
    watermarks.watermark(1, 10);
    watermarks.status(1, true);
    assert.deepEqual(watermarks.watermark(0, lastWatermarkMs), {});
    assert.deepEqual(watermarks.status(1, false), {});
    assert.deepEqual(watermarks.watermark(1, lastWatermarkMs), { watermarkMs: lastWatermarkMs });
  });
});
