import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { RowBatch } from '../../../runtime/wire/batch';
import { decodeBatch, encodeBatch, maxBatchRows } from '../../../runtime/wire/rowBatch';

const keyed = new RowBatch(
  3,
  [
    { user: 'a', n: 1 },
    { user: 'b', n: 2n ** 60n },
    { user: 'a', bytes: Uint8Array.of(1) },
  ],
  Float64Array.of(1, NaN, 3),
  ['a', 'b', 'a'],
  Uint16Array.of(5, 127, 5),
);

function plain(batch: RowBatch): unknown {
  return {
    length: batch.length,
    rows: batch.rows.map((row) => JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))),
    timestamps: batch.timestamps && [...batch.timestamps],
    keys: batch.keys,
    keyGroups: batch.keyGroups && [...batch.keyGroups],
  };
}

describe('row batches', () => {
  test('rows, timestamps, keys and key groups come back as they were', () => {
    const back = decodeBatch(encodeBatch(keyed));
    assert.deepEqual(back.rows[0], { user: 'a', n: 1 });
    assert.deepEqual((back.rows[1] as { n: bigint }).n, 2n ** 60n);
    assert.deepEqual([...(back.rows[2] as { bytes: Uint8Array }).bytes], [1]);
    assert.deepEqual(plain(new RowBatch(3, [], back.timestamps, back.keys, back.keyGroups)), {
      length: 3,
      rows: [],
      timestamps: [1, NaN, 3],
      keys: ['a', 'b', 'a'],
      keyGroups: [5, 127, 5],
    });
  });

  test('a batch that comes from a socket, in the middle of a larger buffer, is read like any other', () => {
    const batch = new RowBatch(
      3,
      [
        { user: 'a', amount: 1, rate: 0.5 },
        { user: 'b', amount: 2, rate: 1 },
        { user: 'a', amount: 3, rate: 2 },
      ],
      Float64Array.of(1, 2, 3),
      [1, 2, 1],
      Uint16Array.of(5, 127, 5),
    );
    const bytes = encodeBatch(batch);
    const pool = Buffer.alloc(bytes.length + 7, 0xff);
    pool.set(bytes, 5);
    assert.deepEqual(plain(decodeBatch(pool.subarray(5, 5 + bytes.length))), plain(batch));
  });

  test('any JSON rows come back as they were, with and without columns', () => {
    const rows = fc.array(fc.oneof(fc.jsonValue(), fc.record({ a: fc.integer(), b: fc.string() })), { maxLength: 30 });
    fc.assert(
      fc.property(rows, fc.boolean(), fc.boolean(), (values, timed, withKeys) => {
        const batch = new RowBatch(
          values.length,
          values,
          timed ? Float64Array.from(values, (_, i) => i * 1.5) : undefined,
          withKeys ? values.map((_, i) => i % 3) : undefined,
          withKeys ? Uint16Array.from(values, (_, i) => i % 3) : undefined,
        );
        assert.deepEqual(plain(decodeBatch(encodeBatch(batch))), plain(batch));
      }),
    );
  });

  test('objects of any number of shapes, dates, maps and sets come back as they were', () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({
      [`only-${n}`]: n,
      nested: { [`deep-${n % 77}`]: new Date(n) },
      map: new Map([[n, { n }]]),
      set: new Set([n, 'x']),
      long: 2 ** 53 - 1,
      small: 5n,
      missing: undefined,
    }));
    const back = decodeBatch(encodeBatch(new RowBatch(rows.length, rows, undefined, undefined, undefined)));
    assert.deepEqual(back.rows, rows);
  });

  test('a row that is no data is a user error', () => {
    assert.throws(() => encodeBatch(new RowBatch(1, [{ at: Symbol('x') }], undefined, undefined, undefined)), {
      code: 'job.row-not-sendable',
      domain: 'user',
    });
  });

  test('a slice is the rows and columns of its range', () => {
    assert.deepEqual(plain(keyed.slice(1)), plain(decodeBatch(encodeBatch(keyed.slice(1)))));
    assert.deepEqual(keyed.slice(1, 2).keys, ['b']);
    assert.equal(keyed.slice(0), keyed);
  });

  test('bytes cut anywhere are an error, never another batch', () => {
    const bytes = encodeBatch(keyed);
    for (let end = 0; end < bytes.length; end++) {
      assert.throws(() => decodeBatch(bytes.subarray(0, end)), { code: 'wire.batch-malformed' }, `cut at ${end}`);
    }
  });

  test('a batch of more rows than the format holds is refused', () => {
    const rows = new Array<number>(maxBatchRows + 1).fill(1);
    assert.throws(() => encodeBatch(new RowBatch(rows.length, rows, undefined, undefined, undefined)), {
      code: 'wire.batch-too-long',
    });
  });
});
