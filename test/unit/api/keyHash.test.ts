import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkKeyType, keyHasher } from '../../../runtime/api/keyHash';
import { Types, type TypeSpec } from '../../../runtime/api/types';

describe('hashing keys by their type', () => {
  const pair = Types.TUPLE(Types.STRING, Types.LONG);
  const hashes: readonly [type: TypeSpec, key: unknown, hash: number][] = [
    [Types.STRING, 'hello', 99162322],
    [Types.LONG, 1099511627776, 256],
    [Types.LONG_BIGINT, -5n, 4],
    [Types.INT, -7, -7],
    [Types.DOUBLE, 1.5, 1073217536],
    [Types.BOOLEAN, true, 1231],
    [pair, ['a', 1], 31 * 97 + 1],
    [Types.TUPLE(pair, Types.INT), [['a', 1], 2], 31 * (31 * 97 + 1) + 2],
    [Types.LIST(Types.STRING), ['a', 'b'], 31 * (31 + 97) + 98],
    [Types.JSON(), 'a', (34 * 31 + 97) * 31 + 34],
  ];
  for (const [type, key, hash] of hashes) {
    test(`${type.kind} ${String(key)} hashes as in Java`, () => assert.equal(keyHasher(type)(key), hash));
  }

  test('an undeclared key hashes as its canonical JSON text, whatever the order of its members', () => {
    const hash = keyHasher(Types.JSON());
    assert.equal(hash({ a: 1, b: 2 }), hash({ b: 2, a: 1 }));
  });

  const wrong: readonly [type: TypeSpec, key: unknown][] = [
    [Types.STRING, 1],
    [Types.STRING, undefined],
    [Types.LONG, 2 ** 53],
    [Types.LONG, 1.5],
    [Types.LONG, '1'],
    [Types.LONG_BIGINT, 1],
    [Types.INT, 2 ** 31],
    [Types.DOUBLE, '1'],
    [Types.BOOLEAN, 0],
    [Types.LIST(Types.INT), 1],
    [pair, ['a']],
    [pair, [1, 'a']],
  ];
  for (const [type, key] of wrong) {
    test(`${type.kind} refuses the key ${String(key)} of type ${typeof key}`, () => {
      assert.throws(() => keyHasher(type)(key), { code: 'type.key-value', domain: 'user' });
    });
  }

  const noKeys: readonly TypeSpec[] = [
    Types.BYTES,
    Types.MAP(Types.INT, Types.INT),
    Types.POJO('a.B', { c: Types.INT }),
  ];
  for (const type of noKeys) {
    test(`${type.kind} is no key type, nor is a list or tuple of it`, () => {
      const refusal = { code: 'type.not-a-key', domain: 'user' };
      assert.throws(() => checkKeyType(type), refusal);
      assert.throws(() => checkKeyType(Types.LIST(type)), refusal);
      assert.throws(() => checkKeyType(Types.TUPLE(Types.INT, type)), refusal);
    });
  }
});
