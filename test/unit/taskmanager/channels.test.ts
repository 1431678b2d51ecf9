import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type CheckpointId, type JobId, type VertexId } from '../../../runtime/base/ids';
import { creditsPerChannel, InputChannel } from '../../../runtime/taskmanager/network/inputChannel';
import { InputGate, type GateElement } from '../../../runtime/taskmanager/network/inputGate';
import { RecordWriter } from '../../../runtime/taskmanager/network/recordWriter';
import { ResultPartitions } from '../../../runtime/taskmanager/network/resultPartitions';
import { Subpartition } from '../../../runtime/taskmanager/network/subpartition';
import type { OperatorPlace } from '../../../runtime/taskmanager/operators/userFailure';
import { RowBatch } from '../../../runtime/wire/batch';
import type { StreamElement } from '../../../runtime/wire/channelFrames';
import type { SnapshotTarget } from '../../../runtime/wire/messages';
import { memoryEnv } from '../../support/memoryEnv';

const batchOf = (...rows: readonly unknown[]): StreamElement => ({
  k: 'batch',
  batch: new RowBatch(rows.length, rows, undefined, undefined, undefined),
});
const target: SnapshotTarget = {
  checkpoint: id<CheckpointId>(1),
  type: { t: 'checkpoint' },
  directory: '/chk-1',
  timestampMs: 0,
};
const barrier: StreamElement = { k: 'barrier', target };

/** A producer and a consumer in one process. */
function connect(): { subpartition: Subpartition; channel: InputChannel; woken: () => number } {
  let woken = 0;
  const subpartition = new Subpartition(() => woken++);
  const channel = new InputChannel(() => undefined);
  channel.connect({ addCredits: (n) => subpartition.addCredits(n), close: () => subpartition.release() });
  subpartition.attach({ deliver: (element) => (channel.push(element), 0) }, creditsPerChannel);
  return { subpartition, channel, woken: () => woken };
}

function drain(channel: InputChannel): StreamElement[] {
  const taken: StreamElement[] = [];
  for (let element = channel.take(); element !== undefined; element = channel.take()) taken.push(element);
  return taken;
}

describe('credits', () => {
  test('a producer sends as many batches as it has credits, then has no room; each batch taken makes room again', () => {
    const { subpartition, channel, woken } = connect();
    for (let n = 0; n < creditsPerChannel + 1; n++) subpartition.add(batchOf(n));
    assert.equal(subpartition.hasRoom, true);
    subpartition.add(batchOf('last'));
    assert.equal(subpartition.hasRoom, false);
    assert.equal(woken(), 0);
    channel.take();
    assert.equal(subpartition.hasRoom, true);
    assert.equal(woken(), 1);
    assert.equal(drain(channel).length, creditsPerChannel + 1);
    assert.equal(subpartition.isDrained, true);
  });

  test('a producer without room goes on when its consumer comes', () => {
    let woken = 0;
    const subpartition = new Subpartition(() => woken++);
    while (subpartition.hasRoom) subpartition.add(batchOf('early'));
    subpartition.attach({ deliver: () => 0 }, creditsPerChannel);
    assert.deepEqual([subpartition.hasRoom, woken], [true, 1]);
  });

  test('barriers and watermarks need no credit but keep their place behind batches that wait for one', () => {
    const { subpartition, channel } = connect();
    for (let n = 0; n < creditsPerChannel; n++) subpartition.add(batchOf(n));
    subpartition.add({ k: 'watermark', ms: 5 });
    subpartition.add(batchOf('waits'));
    subpartition.add(barrier);
    assert.deepEqual(
      drain(channel).map((element) => element.k),
      [...new Array<string>(creditsPerChannel).fill('batch'), 'watermark', 'batch', 'barrier'],
    );
  });

  test('what comes for a consumer that is gone is dropped and does not hold the producer up', () => {
    const { subpartition, channel } = connect();
    channel.release();
    for (let n = 0; n < 20; n++) subpartition.add(batchOf(n));
    assert.equal(subpartition.hasRoom, true);
    assert.equal(channel.take(), undefined);
  });
});

describe('the input gate', () => {
  test('takes nothing behind an early barrier before the others have theirs', () => {
    const channels = [new InputChannel(() => undefined), new InputChannel(() => undefined)] as const;
    const gate = new InputGate(channels, true, memoryEnv().clock, () => undefined);
    channels[0].push(batchOf('a1'));
    channels[0].push(barrier);
    channels[0].push(batchOf('a2'));
    channels[1].push(batchOf('b1'));
    const poll = (): string => describeElement(gate.poll());
    assert.deepEqual([poll(), poll(), poll()], ['a1', 'b1', 'nothing']);
    channels[1].push(batchOf('b2'));
    channels[1].push(barrier);
    assert.deepEqual([poll(), poll(), poll(), poll()], ['b2', 'barrier', 'a2', 'nothing']);
  });

  test('in at-least-once mode it goes on, and the barrier comes when all are there', () => {
    const channels = [new InputChannel(() => undefined), new InputChannel(() => undefined)] as const;
    const gate = new InputGate(channels, false, memoryEnv().clock, () => undefined);
    channels[0].push(barrier);
    channels[0].push(batchOf('a2'));
    assert.equal(describeElement(gate.poll()), 'a2');
    channels[1].push(barrier);
    assert.equal(describeElement(gate.poll()), 'barrier');
  });

  test('the data ends when it has ended on every channel; barriers still come through', () => {
    const channels = [new InputChannel(() => undefined), new InputChannel(() => undefined)] as const;
    const gate = new InputGate(channels, true, memoryEnv().clock, () => undefined);
    channels[0].push({ k: 'end' });
    assert.equal(gate.poll(), undefined);
    channels[1].push({ k: 'end' });
    assert.equal(describeElement(gate.poll()), 'end');
    for (const channel of channels) channel.push(barrier);
    assert.equal(describeElement(gate.poll()), 'barrier');
  });
});

function describeElement(element: GateElement | undefined): string {
  return element?.k === 'batch' ? String(element.batch.rows[0]) : (element?.k ?? 'nothing');
}

describe('record writers', () => {
  const place: OperatorPlace = {
    operator: { nodeId: 1, operatorId: 'x' as never, name: 'events', kind: 'map', chainedTo: [] },
    subtask: 0,
  };
  const noChance = (): number => 0;
  const byLength = { keySelector: (row: unknown) => String(row).length, keyType: { kind: 'LONG' } as const };

  test('a hash edge sends all rows of a key to the owner of its key group, with key and group', () => {
    const ends = [connect(), connect(), connect()];
    const writer = new RecordWriter(
      place,
      ends.map((end) => end.subpartition),
      'hash',
      byLength,
      16,
      noChance,
    );
    const rows = ['a', 'bb', 'ccc', 'dddd', 'ee', 'f'];
    writer.write(
      new RowBatch(
        rows.length,
        rows,
        Float64Array.from(rows, (_, i) => i),
        undefined,
        undefined,
      ),
    );
    writer.flush();
    const received = ends.map((end) => drain(end.channel).flatMap((e) => (e.k === 'batch' ? [e.batch] : [])));
    const all = received.flatMap((batches, index) => batches.map((batch) => ({ index, batch })));
    assert.deepEqual(all.flatMap(({ batch }) => batch.rows).sort(), [...rows].sort());
    for (const { index, batch } of all) {
      batch.rows.forEach((row, at) => {
        assert.equal(batch.keys?.[at], String(row).length);
        assert.equal(batch.timestamps?.[at], rows.indexOf(String(row)));
        assert.equal(Math.floor(((batch.keyGroups?.[at] ?? NaN) * 3) / 16), index);
      });
    }
  });

  test('events go to every consumer behind what was gathered', () => {
    const ends = [connect(), connect()];
    const writer = new RecordWriter(
      place,
      ends.map((end) => end.subpartition),
      'rebalance',
      undefined,
      16,
      noChance,
    );
    writer.write(new RowBatch(3, [1, 2, 3], undefined, undefined, undefined));
    assert.equal(writer.hasGathered, true);
    writer.event({ k: 'watermark', ms: 9 });
    const received = ends.map((end) => drain(end.channel).map((e) => (e.k === 'batch' ? e.batch.rows : e.k)));
    assert.deepEqual(received, [
      [[1, 2], 'watermark'],
      [[3], 'watermark'],
    ]);
  });

  test('a key selector that fails names the operator and the record', () => {
    const broken = {
      ...byLength,
      keySelector: () => {
        throw new Error('no key');
      },
    };
    const writer = new RecordWriter(place, [connect().subpartition], 'hash', broken, 16, noChance);
    assert.throws(() => writer.write(new RowBatch(1, [{ a: 1 }], undefined, undefined, undefined)), {
      code: 'job.function-failed',
      message: 'events failed in keyBy of its output for the record {"a":1}: no key',
    });
  });
});

describe('requests for outputs', () => {
  const ref = (subtask: number, attempt: number) => ({
    job: id<JobId>('j'),
    vertex: id<VertexId>('v'),
    subtask,
    attempt,
  });
  const request = (attempt: number) => ({ producer: ref(0, attempt), edge: 0, consumer: ref(1, attempt) });

  test('a request waits for its producer, and one of an older attempt is refused and counted', () => {
    const partitions = new ResultPartitions(memoryEnv().clock);
    const subpartition = new Subpartition(() => undefined);
    const found: unknown[] = [];
    const refused: string[] = [];
    const ask = (attempt: number) =>
      partitions.request(
        request(attempt),
        (each) => found.push(each),
        (error) => refused.push(error.code),
      );
    ask(2);
    assert.deepEqual(found, []);
    partitions.register(ref(0, 2), [{ edge: 0, consumer: ref(1, 2), subpartition }]);
    assert.deepEqual(found, [subpartition]);
    ask(1);
    assert.deepEqual([refused, partitions.refused], [['task.attempt-outdated'], 1]);
  });

  test('a request that is given up is not served any more', () => {
    const partitions = new ResultPartitions(memoryEnv().clock);
    partitions
      .request(
        request(0),
        () => assert.fail(),
        () => assert.fail(),
      )
      .dispose();
    partitions.register(ref(0, 0), [{ edge: 0, consumer: ref(1, 0), subpartition: new Subpartition(() => undefined) }]);
  });
});
