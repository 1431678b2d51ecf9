import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Connection } from '../../../runtime/base/env';
import { id, type AttemptRef, type JobId, type TaskManagerId, type VertexId } from '../../../runtime/base/ids';
import { RowBatch } from '../../../runtime/wire/batch';
import {
  decodeChannelFrame,
  encodeCredit,
  encodeElement,
  encodeError,
  encodeHello,
  type ChannelMessage,
  type StreamElement,
} from '../../../runtime/wire/channelFrames';
import { jobManagerEnd, taskManagerEnd, type FromChild } from '../../../runtime/wire/control';
import { encodeFrame, FrameDecoder, FrameKind } from '../../../runtime/wire/frames';
import type { ToTaskManager } from '../../../runtime/wire/messages';

const ref: AttemptRef = { job: id<JobId>('a'), vertex: id<VertexId>('b'), subtask: 1, attempt: 2 };

/** Two ends of a connection that hands on every byte at once, in pieces of three. */
function pipe(): [Connection, Connection] {
  const ends = [0, 1].map(() => ({ data: undefined, closed: undefined }));
  const end = (mine: End, other: End): Connection => ({
    bufferedBytes: 0,
    send: (bytes) => {
      for (let at = 0; at < bytes.length; at += 3) other.data?.(bytes.subarray(at, at + 3));
    },
    onData: (receive) => (mine.data = receive),
    onClose: (closed) => (mine.closed = closed),
    close: () => [mine, other].forEach((one) => one.closed?.()),
  });
  const [a, b] = ends as [End, End];
  return [end(a, b), end(b, a)];
}

interface End {
  data: ((bytes: Uint8Array) => void) | undefined;
  closed: ((error?: Error) => void) | undefined;
}

describe('control connections', () => {
  test('messages go both ways, inlined bytes and all', () => {
    const [near, far] = pipe();
    const atTaskManager: ToTaskManager[] = [];
    const atJobManager: FromChild[] = [];
    const jobManager = jobManagerEnd(near, { onMessage: (m) => atJobManager.push(m), onClose: () => undefined });
    const taskManager = taskManagerEnd(far, { onMessage: (m) => atTaskManager.push(m), onClose: () => undefined });
    jobManager.send({ m: 'cancel', ref });
    const data = Uint8Array.of(1, 2, 3);
    const states = { c: { managedOperator: { states: [], data: { t: 'bytes' as const, name: 'x', data } } } };
    const metrics = { syncMs: 1, asyncMs: 2, alignmentMs: 3.5, startDelayMs: 0, stateSizeBytes: 2 ** 40 };
    taskManager.send({ m: 'acknowledge', ref, checkpoint: 7 as never, state: { states, local: {} }, metrics });
    taskManager.send({ m: 'hello', taskManager: id<TaskManagerId>('tm-1'), pid: 1, slots: 2, dataAddress: 'x' });
    assert.deepEqual(atTaskManager, [{ m: 'cancel', ref }]);
    const acknowledge = atJobManager[0];
    assert.ok(acknowledge?.m === 'acknowledge');
    assert.deepEqual(acknowledge.metrics, metrics);
    const handle = Object.values(acknowledge.state.states)[0]?.managedOperator?.data;
    assert.ok(handle?.t === 'bytes');
    assert.deepEqual([...handle.data], [1, 2, 3]);
  });

  test('what is no message closes the connection with the reason', () => {
    for (const [bytes, code] of [
      [encodeFrame(FrameKind.control, 0, Uint8Array.of(0xc1)), 'wire.unexpected-message'],
      [encodeFrame(FrameKind.control, 0, Uint8Array.of(0x01)), 'wire.unexpected-message'],
      [encodeFrame(FrameKind.data, 0), 'wire.unexpected-message'],
      [Uint8Array.of(0, 0, 0, 5, 99, 0, 0, 0, 0), 'wire.unknown-kind'],
    ] as const) {
      const [near, far] = pipe();
      const closed: (Error | undefined)[] = [];
      taskManagerEnd(far, { onMessage: () => assert.fail(), onClose: (error) => closed.push(error) });
      near.send(bytes);
      assert.equal((closed[0] as { code?: string } | undefined)?.code, code);
    }
  });

  test('a message of another direction is refused by its name', () => {
    const [near, far] = pipe();
    const closed: (Error | undefined)[] = [];
    taskManagerEnd(far, { onMessage: () => assert.fail(), onClose: (error) => closed.push(error) });
    taskManagerEnd(near, { onMessage: () => undefined, onClose: () => undefined }).send({ m: 'inputExhausted', ref });
    assert.match(closed[0]?.message ?? '', /inputExhausted/);
  });
});

describe('channel frames', () => {
  test('every element and message comes back as it was', () => {
    const target = {
      checkpoint: 3 as never,
      type: { t: 'savepoint', format: 'canonical', thenStop: true },
      directory: '/x',
      timestampMs: 5,
    } as const;
    const elements: StreamElement[] = [
      { k: 'barrier', target },
      { k: 'watermark', ms: Number.MAX_SAFE_INTEGER },
      { k: 'watermark', ms: -1.5 },
      { k: 'status', idle: true },
      { k: 'status', idle: false },
      { k: 'end' },
      { k: 'close' },
    ];
    const received: ChannelMessage[] = [];
    const decoder = new FrameDecoder((frame) => {
      assert.equal(frame.channel, 9);
      received.push(decodeChannelFrame(frame));
    });
    for (const element of elements) decoder.push(encodeElement(9, element));
    const request = { producer: ref, edge: 1, consumer: { ...ref, subtask: 0 } };
    decoder.push(encodeHello(9, request));
    decoder.push(encodeCredit(9, 8));
    assert.deepEqual(received, [
      ...elements.map((element) => ({ c: 'element', element, sizeBytes: 0 })),
      { c: 'hello', request },
      { c: 'credit', credits: 8 },
    ]);
  });

  test('batches and errors travel with their content', () => {
    const received: ChannelMessage[] = [];
    const decoder = new FrameDecoder((frame) => received.push(decodeChannelFrame(frame)));
    decoder.push(
      encodeElement(1, { k: 'batch', batch: new RowBatch(1, ['row'], Float64Array.of(4), undefined, undefined) }),
    );
    decoder.push(encodeError(1, new Error('no such attempt')));
    const [batch, error] = received;
    assert.ok(batch?.c === 'element' && batch.element.k === 'batch' && batch.sizeBytes > 8);
    assert.deepEqual([batch.element.batch.rows, batch.element.batch.timestamps?.[0]], [['row'], 4]);
    assert.ok(error?.c === 'error' && error.error.message === 'no such attempt');
  });
});
