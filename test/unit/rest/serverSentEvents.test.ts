import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keepAlive, readServerSentEvents, serverSentEvent } from '../../../runtime/rest/serverSentEvents';

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncIterableIterator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    yield await Promise.resolve(bytes.subarray(at, at + size));
    at += size;
  }
}

test('every event arrives once and whole, whatever pieces the bytes come in and whatever lies between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }), between: fc.boolean() })),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      async (events, sizes) => {
        const stream = events.flatMap(({ text, between }, seq) => [
          ...(between ? [...keepAlive] : []),
          ...serverSentEvent(seq, { text }),
        ]);
        const read: unknown[] = [];
        for await (const data of readServerSentEvents(pieces(Uint8Array.from(stream), sizes))) {
          read.push(JSON.parse(data));
        }
        assert.deepEqual(
          read,
          events.map(({ text }) => ({ text })),
        );
      },
    ),
  );
});
