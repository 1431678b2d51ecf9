import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DataInput } from '../../../runtime/formats/dataInput';
import { DataOutput } from '../../../runtime/formats/dataOutput';
import type { TypeSerializer } from '../../../runtime/formats/serializer';
import { BIG_DECIMAL, BIG_INT } from '../../../runtime/formats/serializers/bigNumbers';
import { ARRAY, LIST, MAP, NULLABLE, SET, TUPLE } from '../../../runtime/formats/serializers/collections';
import { JSON_VALUE } from '../../../runtime/formats/serializers/json';
import { POJO } from '../../../runtime/formats/serializers/pojo';
import {
  BOOLEAN,
  BYTE,
  BYTES,
  CHAR,
  DOUBLE,
  FLOAT,
  INT,
  LONG,
  LONG_BIGINT,
  SHORT,
  STRING,
} from '../../../runtime/formats/serializers/primitives';
import { readProxiedSerializer } from '../../../runtime/formats/serializers/registry';
import { sameSnapshot, writeProxied } from '../../../runtime/formats/serializers/snapshots';
import { EitherSerializer, EnumSerializer, RowSerializer } from '../../../runtime/formats/serializers/special';
import { TIME_WINDOW, TIMER, TtlSerializer, VOID_NAMESPACE } from '../../../runtime/formats/serializers/streaming';
import { timeSerializers } from '../../../runtime/formats/serializers/time';

function bytesOf<T>(serializer: TypeSerializer<T>, value: T): Uint8Array {
  const out = new DataOutput(1);
  serializer.serialize(value, out);
  return out.toBytes();
}

function hexOf<T>(serializer: TypeSerializer<T>, value: T): string {
  return Buffer.from(bytesOf(serializer, value)).toString('hex');
}

/** The serializer that a reader finds from the stored snapshot. */
function found<T>(serializer: TypeSerializer<T>): TypeSerializer<unknown> {
  const out = new DataOutput();
  writeProxied(serializer.snapshot, out);
  const input = new DataInput(out.toBytes());
  const read = readProxiedSerializer(input);
  input.expectEnd('the snapshot');
  return read;
}

interface Order {
  readonly id: number;
  readonly item: readonly [string, number];
  readonly note: string | null;
  readonly tags: string[];
}

const item = TUPLE<[string, number]>([STRING, LONG]);
const order = POJO<Order>('example.Order', {
  id: LONG,
  item: item,
  note: STRING,
  tags: LIST(STRING),
});
const text = fc.string({
  unit: fc.oneof(fc.constantFrom('\0', '\ud800', '\udfff', 'é', '✓'), fc.string({ maxLength: 9 })),
});
const orders = fc.record<Order>(
  {
    id: fc.maxSafeInteger(),
    item: fc.tuple(text, fc.maxSafeInteger()),
    note: fc.option(text),
    tags: fc.array(text),
  },
  { noNullPrototype: true },
);
const either = new EitherSerializer(
  INT,
  STRING,
  'org.apache.flink.api.java.typeutils.runtime.JavaEitherSerializerSnapshot',
);
const kinds = new EnumSerializer('example.Kind', ['A', 'B', 'C']);
const rows = new RowSerializer([STRING, INT, LONG]);
const notMinusZero = (value: number): boolean => !Object.is(value, -0);

/** Each serializer with values of its type. */
const samples: readonly (readonly [TypeSerializer<unknown>, fc.Arbitrary<unknown>])[] = [
  [STRING, text],
  [LONG, fc.maxSafeInteger()],
  [LONG_BIGINT, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [INT, fc.integer()],
  [SHORT, fc.integer({ min: -32768, max: 32767 })],
  [BYTE, fc.integer({ min: -128, max: 127 })],
  [DOUBLE, fc.double()],
  [FLOAT, fc.float()],
  [BOOLEAN, fc.boolean()],
  [CHAR, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).map((character) => character.charAt(0))],
  [BYTES, fc.uint8Array()],
  [BIG_INT, fc.option(fc.bigInt())],
  [
    BIG_DECIMAL,
    fc.option(
      fc
        .tuple(fc.bigInt(), fc.nat(9))
        .map(([digits, scale]) => (scale === 0 ? `${digits}` : `${digits}.${'7'.repeat(scale)}`)),
    ),
  ],
  [LIST(STRING), fc.array(text)],
  [SET(INT), fc.uniqueArray(fc.option(fc.integer())).map((elements) => new Set(elements))],
  [ARRAY(STRING, 'java.lang.String'), fc.array(fc.option(text))],
  [
    MAP(STRING, order),
    fc.dictionary(text, orders, { noNullPrototype: true }).map((entries) => new Map(Object.entries(entries))),
  ],
  [item, fc.tuple(text, fc.maxSafeInteger())],
  [order, orders],
  [NULLABLE(LONG, true), fc.option(fc.maxSafeInteger())],
  [NULLABLE(STRING), fc.option(text)],
  [JSON_VALUE(), fc.jsonValue({ noUnicodeString: false })],
  [
    TIMER(STRING, TIME_WINDOW),
    fc.record({ timestampMs: fc.maxSafeInteger(), key: text, namespace: fc.constant({ start: -5, end: 7 }) }),
  ],
  [new TtlSerializer(STRING), fc.record({ lastAccessMs: fc.maxSafeInteger(), value: text })],
  [VOID_NAMESPACE, fc.constant(null)],
  [either, fc.oneof(fc.record({ left: fc.integer() }), fc.record({ right: text }))],
  [kinds, fc.constantFrom('A', 'B', 'C')],
  [
    rows,
    fc.record({
      kind: fc.constantFrom('INSERT', 'UPDATE_BEFORE', 'UPDATE_AFTER', 'DELETE'),
      fields: fc.tuple(fc.option(text), fc.option(fc.integer()), fc.option(fc.maxSafeInteger())),
    }),
  ],
];

void describe('serializers', () => {
  for (const [serializer, values] of samples) {
    const name = serializer.describe();
    void test(`${name}: every value comes back, from the bytes alone`, () => {
      const reader = found(serializer);
      const property = fc.property(values, (value) => {
        fc.pre(typeof value !== 'number' || notMinusZero(value) || name === 'DOUBLE' || name === 'FLOAT');
        const bytes = bytesOf(serializer, value);
        if (serializer.fixedLength > 0) assert.equal(bytes.length, serializer.fixedLength);
        const input = new DataInput(bytes);
        const read = serializer.deserialize(input);
        input.expectEnd(name);
        assert.deepEqual(plain(read), plain(value));
        if (name === 'JSON') return;
        assert.deepEqual(bytesOf(reader, reader.deserialize(new DataInput(bytes))), bytes);
        assert.deepEqual(plain(serializer.copy(value)), plain(value));
      });
      fc.assert(property, { numRuns: 100, seed: 11 });
    });

    void test(`${name}: the stored snapshot leads back to it`, () => {
      assert.ok(sameSnapshot(found(serializer).snapshot, serializer.snapshot));
      assert.equal(found(serializer).fixedLength, serializer.fixedLength);
    });
  }

  void test('a copy shares nothing that can change', () => {
    const value = new Map([['k', { id: 1, item: ['a', 2] as const, note: null, tags: ['x'] }]]);
    const copy = MAP(STRING, order).copy(value);
    copy.get('k')?.tags.push('y');
    copy.delete('none');
    assert.deepEqual(value.get('k')?.tags, ['x']);
    const json = { a: [1, { b: 2 }] };
    const jsonCopy = JSON_VALUE<typeof json>().copy(json);
    (jsonCopy.a[1] as { b: number }).b = 3;
    assert.deepEqual(json, { a: [1, { b: 2 }] });
  });

  void test('bytes are those of Flink', () => {
    assert.equal(hexOf(STRING, 'ab'), '036162');
    assert.equal(hexOf(STRING, ''), '01');
    assert.equal(hexOf(STRING, 'é'), '02e901');
    assert.equal(hexOf(STRING, 'x'.repeat(127)).slice(0, 4), '8001');
    for (const end of ['', '\0', 'é', '✓', '\ud800']) {
      const units = 'e901|934e|80b003'.split('|');
      const hex = { é: units[0], '✓': units[1], '\ud800': units[2], '\0': '00' }[end] ?? '';
      assert.equal(hexOf(STRING, 'x'.repeat(40) + end), (41 + end.length).toString(16) + '78'.repeat(40) + hex, end);
    }
    assert.equal(hexOf(LONG, -2), 'fffffffffffffffe');
    assert.equal(hexOf(LONG, 2 ** 40 + 3), '0000010000000003');
    assert.equal(hexOf(LONG_BIGINT, -(2n ** 63n)), '8000000000000000');
    assert.equal(hexOf(DOUBLE, 1.5), '3ff8000000000000');
    assert.equal(hexOf(VOID_NAMESPACE, null), '00');
    assert.equal(hexOf(MAP(STRING, INT), new Map([['a', 1]])), '00000001' + '0261' + '00' + '00000001');
    assert.equal(hexOf(item, ['a', 1]), '0261' + '0000000000000001');
    assert.equal(
      hexOf(TIMER(INT, VOID_NAMESPACE), { timestampMs: 1, key: 2, namespace: null }),
      '8000000000000001' + '00000002' + '00',
    );
    assert.equal(hexOf(BIG_INT, 10n), '00000003');
    assert.equal(hexOf(BIG_INT, -129n), '00000006ff7f');
    assert.equal(hexOf(NULLABLE(INT, true), null), '0100000000');
    assert.equal(hexOf(rows, { kind: 'DELETE', fields: [null, 1, null] }), 'e8' + '00000001');
    assert.equal(hexOf(JSON_VALUE(), { b: 1, a: null }), hexOf(STRING, '{"a":null,"b":1}'));
    const pojo = POJO<{ b: number | null; a: boolean }>('C', { b: INT, a: BOOLEAN });
    assert.equal(hexOf(pojo, { b: null, a: true }), '02' + '0001' + '01');
  });

  void test('values that a type cannot hold are refused with advice', () => {
    const refused: readonly (readonly [TypeSerializer<unknown>, unknown])[] = [
      [LONG, 2 ** 53],
      [LONG, 1.5],
      [LONG, undefined],
      [LONG_BIGINT, 2n ** 63n],
      [LONG_BIGINT, 1],
      [INT, 2 ** 31],
      [SHORT, 40000],
      [BYTE, 200],
      [BOOLEAN, 1],
      [STRING, 7],
      [BYTES, [1]],
      [CHAR, 'ab'],
      [LIST(INT), new Set()],
      [MAP(INT, INT), {}],
      [item, ['a']],
      [order, 'x'],
      [kinds, 'D'],
      [BIG_DECIMAL, '1,5'],
    ];
    for (const [serializer, value] of refused) {
      const write = () => bytesOf(serializer, value);
      assert.throws(write, { code: 'format.value', domain: 'user', advice: /./ }, serializer.describe());
    }
    assert.throws(() => bytesOf(LONG, 2 ** 53), { message: /LONG cannot hold 9007199254740992/ });
    assert.throws(() => bytesOf(JSON_VALUE(), { n: 1n }), { code: 'type.not-json' });
  });

  void test('types describe themselves for people', () => {
    assert.equal(MAP(STRING, LIST(LONG)).describe(), 'MAP<STRING, LIST<LONG>>');
    assert.equal(order.describe(), 'Order<id: LONG, item: TUPLE<STRING, LONG>, note: STRING, tags: LIST<STRING>>');
  });

  void test('a Long of Flink beyond 2^53 is read as a bigint, and refused where a LONG is declared', () => {
    const bytes = bytesOf(LONG_BIGINT, 2n ** 60n);
    assert.equal(found(LONG).deserialize(new DataInput(bytes)), 2n ** 60n);
    assert.throws(() => LONG.deserialize(new DataInput(bytes)), { code: 'format.malformed' });
  });

  void test('an unknown serializer is refused by name', () => {
    const out = new DataOutput();
    writeProxied({ className: 'com.example.MySerializer$Snapshot', version: 1, writeBody: () => undefined }, out);
    const read = () => readProxiedSerializer(new DataInput(out.toBytes(), 'f'));
    assert.throws(read, { code: 'format.unsupported', message: /com\.example\.MySerializer\$Snapshot/ });
  });

  void test('an unknown serializer of a POJO field only hides the values of that field', () => {
    const foreign: TypeSerializer<number | null> = {
      fixedLength: -1,
      snapshot: { className: 'com.example.S', version: 1, writeBody: () => undefined },
      serialize: (value, out) => INT.serialize(value ?? 0, out),
      deserialize: (input) => INT.deserialize(input),
      copy: (value) => value,
      describe: () => 'S',
    };
    const pojo = POJO<{ a: number; z: number | null }>('C', { a: INT, z: foreign });
    const reader = found(pojo);
    assert.ok(sameSnapshot(reader.snapshot, pojo.snapshot));
    assert.deepEqual(reader.deserialize(new DataInput(bytesOf(pojo, { a: 1, z: null }))), { a: 1, z: null });
    const read = () => reader.deserialize(new DataInput(bytesOf(pojo, { a: 1, z: 2 })));
    assert.throws(read, { code: 'format.unsupported', message: /com\.example\.S/ });
  });

  void test('dates and times are ISO text and keep their bytes', () => {
    const texts: Readonly<Record<string, readonly (string | null)[]>> = {
      LOCAL_DATE: ['2001-01-05', '-0044-03-15', '+12345-12-31', null],
      LOCAL_TIME: ['00:00:00', '23:59:59.999999999', '10:15:30.120', null],
      LOCAL_DATE_TIME: ['2000-02-29T10:15:30', null],
      INSTANT: ['1969-12-31T23:59:59.000000001Z', '2001-01-05T00:00:00Z', null],
      DATE: ['2001-06-30T23:59:59.999Z', '1582-10-15T00:00:00Z', null],
      SQL_DATE: ['1900-03-01T00:00:00Z'],
      SQL_TIME: ['1970-01-01T12:00:00Z'],
      SQL_TIMESTAMP: ['2024-02-29T12:00:00.123456Z', null],
    };
    assert.deepEqual(timeSerializers.map((serializer) => serializer.describe()).sort(), Object.keys(texts).sort());
    for (const serializer of timeSerializers) {
      for (const value of texts[serializer.describe()] ?? []) {
        const bytes = bytesOf(serializer, value);
        assert.equal(bytes.length, serializer.fixedLength);
        assert.equal(serializer.deserialize(new DataInput(bytes)), value);
      }
      assert.throws(() => bytesOf(serializer, 'soon'), { code: 'format.value' });
    }
    const [date] = timeSerializers;
    assert.ok(date !== undefined);
    assert.equal(hexOf(date, null), '800000008000');
    for (const ms of [-62135596800000, -1, 0, 951782400000, 1e13]) {
      const sql = timeSerializers.find((serializer) => serializer.describe() === 'DATE');
      const read = sql?.deserialize(new DataInput(bytesOf(LONG, ms)));
      assert.equal(Date.parse(read ?? ''), ms);
    }
  });

  void test('a count that cannot be true is refused before memory is taken', () => {
    const bytes = Uint8Array.of(0x7f, 0xff, 0xff, 0xff);
    for (const serializer of [
      LIST(LONG),
      LIST(STRING),
      SET(INT),
      MAP(STRING, LONG),
      BYTES,
    ] as TypeSerializer<unknown>[]) {
      assert.throws(() => serializer.deserialize(new DataInput(bytes)), { code: 'format.truncated' });
    }
  });
});

/** Without the difference between objects with and without a prototype, and between kinds of byte arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  return typeof value === 'object' && Object.getPrototypeOf(value ?? {}) === null ? { ...value } : value;
}
