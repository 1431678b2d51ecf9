import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { JobStateError } from '../../../runtime/base/errors';
import { id } from '../../../runtime/base/ids';
import type { OperatorId } from '../../../runtime/base/ids';
import { DataInput } from '../../../runtime/formats/dataInput';
import { DataOutput } from '../../../runtime/formats/dataOutput';
import type { CheckpointMetadata } from '../../../runtime/formats/handles';
import { readJavaObject } from '../../../runtime/formats/java/objectInput';
import { readJobState, withNames, writeJobState } from '../../../runtime/formats/jobState';
import { toJson, toText } from '../../../runtime/formats/render';
import { decodeSnappyFraming } from '../../../runtime/formats/snappyFraming';
import { shared, whenShared } from './recordings';

void describe('input and output', () => {
  void test('every string survives both encodings', () => {
    const strings = fc.string({
      unit: fc.constantFrom('a', '\0', '\u007f', '\u0080', '\u07ff', '\u0800', '\ud83d', '\ude00'),
      maxLength: 9000,
    });
    const property = fc.property(strings, (text) => {
      const out = new DataOutput(1);
      out.writeUtf(text);
      out.writeString(text);
      const input = new DataInput(out.toBytes());
      assert.equal(input.readUtf(), text);
      assert.equal(input.readString(), text);
      input.expectEnd('the strings');
    });
    fc.assert(property, { numRuns: 100, seed: 3 });
  });

  void test('a name too long for the format is refused and leaves nothing behind', () => {
    const out = new DataOutput();
    assert.throws(() => out.writeUtf('x'.repeat(65_536)), { code: 'format.value' });
    assert.equal(out.position, 0);
  });

  void test('errors name the offset in the file, not in the piece', () => {
    const input = new DataInput(Uint8Array.of(0, 0, 0, 2), 'state', 1000);
    input.readShort();
    assert.throws(() => input.readInt(), { code: 'format.truncated', subject: { file: 'state', position: 1002 } });
    input.readByte();
    assert.throws(() => input.readBoolean(), { code: 'format.malformed', subject: { file: 'state', position: 1003 } });
  });
});

void describe('Snappy framing', () => {
  const identifier = [0xff, 6, 0, 0, ...new TextEncoder().encode('sNaPpY')];
  /** CRC-32C of "123456789" is e3069283; masked as the format says. */
  const crc = (((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0;
  const chunk = [0x01, 13, 0, 0, crc & 0xff, (crc >>> 8) & 0xff, (crc >>> 16) & 0xff, crc >>> 24];
  const stream = Uint8Array.of(...identifier, ...chunk, ...new TextEncoder().encode('123456789'));

  void test('streams one after the other are one, skippable chunks are skipped', () => {
    const padding = [0xfe, 2, 0, 0, 9, 9];
    const decoded = decodeSnappyFraming(Uint8Array.of(...stream, ...padding, ...stream));
    assert.equal(new TextDecoder().decode(decoded), '123456789123456789');
  });

  void test('a wrong checksum, another stream and a cut are refused', () => {
    const damaged = stream.slice();
    damaged[stream.length - 1] = 0;
    assert.throws(() => decodeSnappyFraming(damaged, 'f', 50), {
      code: 'format.malformed',
      subject: { file: 'f', position: 60 },
    });
    assert.throws(() => decodeSnappyFraming(Uint8Array.of(0xff, 1, 0, 0, 1)), { code: 'format.malformed' });
    assert.throws(() => decodeSnappyFraming(stream.subarray(0, 20)), { code: 'format.truncated' });
    assert.throws(() => decodeSnappyFraming(Uint8Array.of(0, 5, 0, 0, 1, 2, 3, 4, 200)), { code: 'format.malformed' });
  });
});

void describe('Java object streams', () => {
  void test('every recorded index of local state is read to its end, and no cut of it is accepted', whenShared, () => {
    const folder = join(shared, 'flink-recorded');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => {
      return file.endsWith('_task_state_snapshot') || file.endsWith('-1.bin');
    });
    assert.ok(files.length > 30);
    for (const file of files) {
      const input = new DataInput(readFileSync(join(folder, file)), file);
      const value = readJavaObject(input);
      assert.ok(typeof value === 'object' && value?.t === 'object', file);
      assert.match(value.class.name, /TaskStateSnapshot$|SlotAllocationSnapshot$/);
      input.expectEnd(file);
    }
    const bytes = readFileSync(join(folder, files[0] ?? ''));
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(
        () => readJavaObject(new DataInput(bytes.subarray(0, length))),
        (error: unknown) => error instanceof JobStateError && /^format\./.test(error.code),
      );
    }
  });
});

void describe('rendering', () => {
  const days = new Map([
    ['2001-01-05', { count: 604, sum: 12, max: 7 }],
    ['2001-01-06', { count: 1, sum: 2, max: 3 }],
  ]);

  void test('as JSON data: what JSON cannot say becomes text', () => {
    assert.deepEqual(toJson(days), Object.fromEntries(days));
    assert.deepEqual(toJson([1n, 2n ** 60n, NaN, -0, -Infinity, undefined]), [
      1,
      '1152921504606846976',
      'NaN',
      '-0',
      '-Infinity',
      null,
    ]);
    assert.deepEqual(toJson({ bytes: Uint8Array.of(1, 255), set: new Set(['a']) }), {
      bytes: { hex: '01ff' },
      set: ['a'],
    });
    assert.deepEqual(toJson(new Map([[['a', 1], 2]])), { entries: [[['a', 1], 2]] });
    assert.equal(JSON.stringify(toJson(new Map([['__proto__', 1]]))), '{"__proto__":1}');
  });

  void test('as text: one line that says what it left out', () => {
    assert.equal(
      toText(days),
      '{ 2001-01-05: { count: 604, sum: 12, max: 7 }, 2001-01-06: { count: 1, sum: 2, max: 3 } }',
    );
    assert.equal(toText(days, 48), '{ 2001-01-05: { count: 604, sum: 12, … }, … }');
    assert.equal(toText('a "quoted" text'), '"a \\"quoted\\" text"');
    assert.equal(toText([]), '[]');
    assert.equal(toText({ a: null, b: [1, 2.5] }), '{ a: null, b: [ 1, 2.5 ] }');
    assert.equal(toText(Uint8Array.of(1, 2)), '0x0102');
  });

  void test('as text: never longer than asked for', () => {
    fc.assert(
      fc.property(
        fc.anything({ withMap: true, withSet: true, withBigInt: true }),
        fc.integer({ min: 24, max: 200 }),
        (value, length) => {
          const text = toText(value, length);
          assert.ok(text.length <= length || typeof value !== 'object', `${text.length} > ${length}: ${text}`);
          assert.ok(!text.includes('\n'));
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });
});

void describe('_job-state.json', () => {
  const a = id<OperatorId>('a'.repeat(32));
  const b = id<OperatorId>('b'.repeat(32));
  const operators = [
    {
      operatorId: a,
      name: 'Delays',
      uid: 'delays',
      parallelism: 2,
      maxParallelism: 128,
      subtasks: [],
      finished: false,
    },
    { operatorId: b, parallelism: 2, maxParallelism: 128, subtasks: [], finished: false },
  ];
  const metadata: CheckpointMetadata = { version: 4, checkpointId: 1, masterStates: [], operators };

  void test('gives a version 4 snapshot its names and uids back', () => {
    const names = readJobState(writeJobState(metadata, 'flights'));
    assert.equal(names.jobName, 'flights');
    const nameless = { ...metadata, operators: operators.map((operator) => ({ ...operators[1], ...operator })) };
    for (const operator of nameless.operators) {
      delete (operator as { name?: string }).name;
      delete (operator as { uid?: string }).uid;
    }
    assert.deepEqual(withNames(nameless as CheckpointMetadata, names), metadata);
    assert.deepEqual(withNames(metadata, undefined), metadata);
  });

  void test('is validated: the error names the file and the field', () => {
    const read = (text: string) => () => readJobState(new TextEncoder().encode(text), 'x/_job-state.json');
    assert.throws(read('{'), { code: 'format.malformed', subject: { file: 'x/_job-state.json' } });
    assert.throws(read('{"version":2,"operators":{}}'), { message: /version/ });
    assert.throws(read(`{"version":1,"operators":{"${a}":{"uid":5}}}`), { message: /operators\.a{32}\.uid/ });
    assert.throws(read('{"version":1,"operators":{"x":{}}}'), { message: /operator id/ });
  });
});
