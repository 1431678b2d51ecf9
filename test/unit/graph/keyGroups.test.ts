import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  defaultMaxParallelism,
  javaHashOfBigint,
  javaHashOfBoolean,
  javaHashOfDouble,
  javaHashOfInt,
  javaHashOfList,
  javaHashOfLong,
  javaHashOfString,
  javaHashOfTuple,
  keyGroupFor,
  keyGroupOfLong,
  keyGroupOfString,
  keyGroupRangeForOperator,
  maxKeyGroups,
  murmurHash,
  operatorIndexForKeyGroup,
} from '../../../runtime/graph/keyGroups';

/** key, Java hash code, murmurHash, key group of 128, key group of 4096; computed by Flink. */
const table: readonly [key: string, hash: number, expected: number, murmur: number, of128: number, of4096: number][] = [
  ['"hello"', javaHashOfString('hello'), 99162322, 1715862179, 35, 2723],
  ['"user-1"', javaHashOfString('user-1'), -836031825, 1662039673, 121, 1657],
  ['"flink"', javaHashOfString('flink'), 97520992, 1330823394, 98, 226],
  ['"日本"', javaHashOfString('日本'), 835047, 1762503263, 95, 2655],
  ['1 Integer', javaHashOfInt(1), 1, 68075478, 86, 4054],
  ['1 Long', javaHashOfLong(1), 1, 68075478, 86, 4054],
  ['2 Integer', javaHashOfInt(2), 2, 1085422463, 127, 2943],
  ['-7 Integer', javaHashOfInt(-7), -7, 206585249, 33, 3489],
  ['-5 Long', javaHashOfLong(-5), 4, 1889779975, 7, 263],
  ['-5 Long as bigint', javaHashOfBigint(-5n), 4, 1889779975, 7, 263],
  ['1099511627776 Long', javaHashOfLong(1099511627776), 256, 1409940790, 54, 3382],
  ['true', javaHashOfBoolean(true), 1231, 1090530765, 77, 3533],
  ['false', javaHashOfBoolean(false), 1237, 1530821891, 3, 3331],
  ['1.5 Double', javaHashOfDouble(1.5), 1073217536, 1684538177, 65, 833],
];

describe('key groups', () => {
  for (const [key, hash, expected, murmur, of128, of4096] of table) {
    test(`${key} has Java's hash code and Flink's key groups`, () => {
      assert.equal(hash, expected);
      assert.equal(murmurHash(hash), murmur);
      assert.equal(keyGroupFor(hash, 128), of128);
      assert.equal(keyGroupFor(hash, 4096), of4096);
    });
  }

  test('the short cuts for strings and longs agree with the general way', () => {
    assert.equal(keyGroupOfString('hello', 128), 35);
    assert.equal(keyGroupOfLong(-5, 4096), 263);
  });

  test('a safe integer hashes like the same bigint', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        assert.equal(javaHashOfLong(value), javaHashOfBigint(BigInt(value)));
      }),
    );
  });

  test('Long.MIN_VALUE and MAX_VALUE hash as in Java', () => {
    assert.equal(javaHashOfBigint(-(2n ** 63n)), -2147483648);
    assert.equal(javaHashOfBigint(2n ** 63n - 1n), -2147483648);
  });

  test('zeros of both signs and NaN hash as in Java', () => {
    assert.equal(javaHashOfDouble(0), 0);
    assert.equal(javaHashOfDouble(-0), -2147483648);
    assert.equal(javaHashOfDouble(NaN), 2146959360);
    const [otherNaN] = new Float64Array(new BigUint64Array([0x7ff8_0000_dead_beefn]).buffer);
    assert.equal(javaHashOfDouble(otherNaN ?? 0), 2146959360);
  });

  test('tuples and lists combine the hashes of their parts as in Java', () => {
    assert.equal(javaHashOfTuple([javaHashOfString('a'), javaHashOfLong(1)]), 31 * 97 + 1);
    assert.equal(javaHashOfList([javaHashOfString('a'), javaHashOfLong(1)]), 31 * (31 + 97) + 1);
    assert.equal(javaHashOfList([]), 1);
  });

  test('murmurHash is 0 for the one hash code whose mix has no positive counterpart', () => {
    assert.equal(murmurHash(-2089875627), 0);
  });

  test('murmurHash is never negative', () => {
    fc.assert(fc.property(fc.integer(), (hash) => murmurHash(hash) >= 0));
  });

  test('the ranges of 128 key groups over 3 subtasks are those of Flink', () => {
    const ranges = [0, 1, 2].map((subtask) => keyGroupRangeForOperator(subtask, 3, 128));
    assert.deepEqual(ranges, [
      { start: 0, end: 42 },
      { start: 43, end: 85 },
      { start: 86, end: 127 },
    ]);
  });

  test('the ranges of the subtasks share out all key groups, and each key group belongs to the subtask of its range', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 500 }));
    fc.assert(
      fc.property(sizes, ([parallelism, more]) => {
        const maxParallelism = Math.min(parallelism + more, maxKeyGroups);
        let next = 0;
        for (let subtask = 0; subtask < parallelism; subtask++) {
          const { start, end } = keyGroupRangeForOperator(subtask, parallelism, maxParallelism);
          assert.equal(start, next);
          for (let keyGroup = start; keyGroup <= end; keyGroup++) {
            assert.equal(operatorIndexForKeyGroup(keyGroup, parallelism, maxParallelism), subtask);
          }
          next = end + 1;
        }
        assert.equal(next, maxParallelism);
      }),
    );
  });

  test('the default maximum parallelism is Flink’s', () => {
    const expected: readonly [number, number][] = [
      [1, 128],
      [85, 128],
      [86, 256],
      [100, 256],
      [171, 256],
      [172, 512],
      [32768, 32768],
    ];
    for (const [parallelism, max] of expected) assert.equal(defaultMaxParallelism(parallelism), max, `${parallelism}`);
  });
});
