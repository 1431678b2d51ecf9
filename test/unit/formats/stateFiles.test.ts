import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { JobStateError } from '../../../runtime/base/errors';
import { DataInput } from '../../../runtime/formats/dataInput';
import { DataOutput } from '../../../runtime/formats/dataOutput';
import { readCanonicalKeyGroup } from '../../../runtime/formats/keyed/canonicalReader';
import { CanonicalWriter } from '../../../runtime/formats/keyed/canonicalWriter';
import { keyGroupPrefixBytes } from '../../../runtime/formats/keyed/compositeKey';
import { keyGroupExtents } from '../../../runtime/formats/keyed/extents';
import type { KeyGroupsHandle, StreamHandle } from '../../../runtime/formats/handles';
import { readMetadata } from '../../../runtime/formats/metadata/metadata';
import { keyedHeaderBytes, readKeyedHeader } from '../../../runtime/formats/keyed/header';
import type { KeyedStateHeader } from '../../../runtime/formats/keyed/header';
import { readHeapKeyGroup } from '../../../runtime/formats/keyed/heapKeyGroups';
import { readOperatorState, writeOperatorStateFile } from '../../../runtime/formats/operator/operatorStateFile';
import { LIST, MAP } from '../../../runtime/formats/serializers/collections';
import { INT, LONG, STRING } from '../../../runtime/formats/serializers/primitives';
import { TIMER, VOID_NAMESPACE } from '../../../runtime/formats/serializers/streaming';
import type { TypeSerializer } from '../../../runtime/formats/serializer';
import { rowText, stateForm } from './expectedForm';
import { readKeyed, writeKeyed } from './keyedState';
import { bytesOf, cases, copied, metadataFiles, shared, snapshotsOf, whenShared } from './recordings';
import type { Snapshot } from './recordings';

/** Every state that Flink read has the same entries here; returns how many. */
function assertStateAsFlink(snapshot: Snapshot): number {
  let entries = 0;
  const ours = stateForm(snapshot);
  for (const [operator, states] of Object.entries(snapshot.expected.state ?? {})) {
    const names = Object.keys(states);
    const found = [...ours.values()].filter((decoded) => names.every((name) => decoded.has(name)));
    assert.equal(found.length, 1, `states ${names.join(', ')} of ${operator}`);
    for (const [name, rows] of Object.entries(states)) {
      const decoded = [...(found[0]?.get(name) ?? [])].sort();
      const expected = rows.map(rowText).sort();
      const isTimers = name.startsWith('(');
      assert.deepEqual(
        isTimers ? keysAndTimes(decoded) : decoded,
        isTimers ? keysAndTimes(expected) : expected,
        `${operator} ${name}`,
      );
      entries += rows.length;
    }
  }
  return entries;
}

/** Files that are named by absolute path lie beside the `_metadata`. */
function movedBytesOf(handle: StreamHandle, directory: string): Uint8Array | undefined {
  if (handle.t !== 'file') return bytesOf(handle, { directory, root: directory });
  const file = join(directory, basename(handle.uri));
  return existsSync(file) ? readFileSync(file) : undefined;
}

function outcome(
  bytes: Uint8Array,
  handle: KeyGroupsHandle,
  maxParallelism: number,
): 'same' | 'compressed' | 'refused' {
  try {
    const content = readKeyed(bytes, handle, maxParallelism);
    if (content.header.compressed) return 'compressed';
    assert.deepEqual(Buffer.from(writeKeyed(content, maxParallelism)), Buffer.from(bytes));
    return 'same';
  } catch (error) {
    if (!(error instanceof JobStateError) || error.code !== 'format.unsupported') throw error;
    assert.match(error.message, /Snapshot"|Java object|Kryo|KRYO|which only Java can read/);
    return 'refused';
  }
}

/** Flink's State Processor API answers every window of a key with all timers of the key, so only key and time can be compared. */
function keysAndTimes(timers: readonly string[]): string[] {
  return [...new Set(timers.map((text) => JSON.stringify((JSON.parse(text) as unknown[]).slice(0, 2))))].sort();
}

/** Writes every uncompressed state file of the snapshot again and compares; returns how many. */
function assertSameBytes(snapshot: Snapshot): number {
  let files = 0;
  for (const { maxParallelism, subtasks } of snapshot.metadata.operators) {
    for (const { state } of subtasks) {
      if (state === 'finished') continue;
      const { managedKeyed: keyed, managedOperator: own } = state;
      if (keyed?.t === 'keyGroups' || keyed?.t === 'savepoint') {
        const bytes = bytesOf(keyed.data, snapshot);
        assert.deepEqual(
          Buffer.from(writeKeyed(readKeyed(bytes, keyed, maxParallelism), maxParallelism)),
          Buffer.from(bytes),
        );
        files += 1;
      }
      if (own !== undefined && own.data.t !== 'emptySegment') {
        const bytes = bytesOf(own.data, snapshot);
        const written = writeOperatorStateFile(readOperatorState(bytes, own.states));
        assert.deepEqual(Buffer.from(written.bytes), Buffer.from(bytes));
        const inOrder = (states: typeof own.states): unknown => [...states].sort((a, b) => (a.name < b.name ? -1 : 1));
        assert.deepEqual(inOrder(written.states), inOrder(own.states));
        files += 1;
      }
    }
  }
  return files;
}

void describe('state files', () => {
  for (const snapshot of snapshotsOf(join(copied, '1.20.5-heap'))) {
    void test(`all state of a recorded ${snapshot.expected.kind} has the values that Flink read`, () => {
      assert.ok(assertStateAsFlink(snapshot) > 800);
    });
    void test(`all state of a recorded ${snapshot.expected.kind} is written with the same bytes`, () => {
      assert.equal(assertSameBytes(snapshot), 15);
    });
  }

  for (const version of ['1.20.5', '2.2.1']) {
    void test(
      `all heap snapshots and canonical savepoints of ${version} have the values that Flink read`,
      whenShared,
      () => {
        let compared = 0;
        for (const root of cases(version, /^(heap|heap-snappy|file-merging-heap|unaligned|rocksdb-incremental)$/)) {
          for (const snapshot of snapshotsOf(root)) {
            const isFiles = root.endsWith('rocksdb-incremental') && !snapshot.expected.kind.endsWith('CANONICAL');
            if (!isFiles && snapshot.expected.state !== undefined) compared += assertStateAsFlink(snapshot);
          }
        }
        assert.ok(compared > 4000, `only ${compared} entries`);
      },
    );

    void test(`all uncompressed state files of ${version} are written with the same bytes`, whenShared, () => {
      let files = 0;
      for (const root of cases(version, /^(?!heap-snappy)/)) {
        for (const snapshot of snapshotsOf(root)) files += assertSameBytes(snapshot);
      }
      assert.ok(files > 120, `only ${files} files`);
    });
  }

  void test(
    'keyed state of Flink 1.8 to 2.3 is written with the same bytes, or refused by the name of its serializer',
    whenShared,
    () => {
      const outcomes = { same: 0, compressed: 0, refused: 0 };
      for (const file of metadataFiles(join(shared, 'flink-savepoints'))) {
        for (const { maxParallelism, subtasks } of readMetadata(readFileSync(file)).operators) {
          for (const { state } of subtasks) {
            const handle = state === 'finished' ? undefined : state.managedKeyed;
            if (handle?.t !== 'keyGroups' && handle?.t !== 'savepoint') continue;
            const bytes = movedBytesOf(handle.data, dirname(file));
            if (bytes !== undefined) outcomes[outcome(bytes, handle, maxParallelism)] += 1;
          }
        }
      }
      assert.ok(outcomes.same > 500 && outcomes.compressed > 20 && outcomes.refused < 150, JSON.stringify(outcomes));
    },
  );

  void test('a state file cut off anywhere is refused with the offset', () => {
    for (const snapshot of snapshotsOf(join(copied, '1.20.5-heap'))) {
      const operator = snapshot.metadata.operators.find(({ operatorId }) => operatorId.startsWith('316a'));
      const state = operator?.subtasks.find(({ index }) => index === 0)?.state;
      assert.ok(state !== undefined && state !== 'finished' && state.managedKeyed !== undefined);
      const handle = state.managedKeyed;
      assert.ok(handle.t === 'keyGroups' || handle.t === 'savepoint');
      const bytes = bytesOf(handle.data, snapshot);
      for (let length = 0; length < bytes.length; length += 3) {
        assert.throws(
          () => readKeyed(bytes.subarray(0, length), handle, 128),
          (error: unknown) => {
            return (
              error instanceof JobStateError && error.code === 'format.truncated' && error.subject.file === 'keyed'
            );
          },
          `cut at ${length}`,
        );
      }
    }
  });

  void test('one key group alone is read from its extent', () => {
    const [snapshot] = snapshotsOf(join(copied, '1.20.5-heap'));
    assert.ok(snapshot !== undefined);
    const pairs = snapshot.metadata.operators.find(({ operatorId }) => operatorId.startsWith('316a'));
    const handle = pairs?.subtasks.find(({ index }) => index === 0)?.state;
    assert.ok(handle !== undefined && handle !== 'finished' && handle.managedKeyed?.t === 'keyGroups');
    const bytes = bytesOf(handle.managedKeyed.data, snapshot);
    const header = readKeyedHeader(new DataInput(bytes));
    const extent = keyGroupExtents(handle.managedKeyed, bytes.length)[6];
    assert.ok(extent !== undefined);
    const keys: unknown[] = [];
    const visitor = {
      entry: (_state: number, _n: unknown, key: unknown) => void keys.push(key),
      element: () => undefined,
    };
    readHeapKeyGroup(new DataInput(bytes.subarray(extent.start, extent.end)), header, 6, visitor);
    const wrong = () => readHeapKeyGroup(new DataInput(bytes.subarray(extent.start)), header, 7, visitor);
    assert.throws(wrong, { code: 'format.malformed', message: /Key group 6 where 7 should be/ });
    assert.equal(keys.length, 1);
  });
});

/** Number of bytes in front of a key: one for up to 128 key groups. */
const manyGroups = 4096;

void describe('the canonical layout', () => {
  const namespaces = [
    ['a namespace of fixed length', VOID_NAMESPACE as TypeSerializer<unknown>, fc.constant(null)],
    ['key and namespace of variable length', STRING as TypeSerializer<unknown>, fc.string({ unit: 'grapheme' })],
  ] as const;
  for (const [what, namespace, namespaceValues] of namespaces) {
    for (const maxParallelism of [128, manyGroups]) {
      void test(`values, lists, maps and timers survive with ${what} and ${maxParallelism} key groups`, () => {
        const header = headerWith(namespace);
        const key = fc.string({ unit: 'grapheme', maxLength: 300 });
        const perKey = fc.dictionary(fc.string(), fc.maxSafeInteger(), { minKeys: 1, maxKeys: 4 });
        const property = fc.property(
          fc.uniqueArray(fc.record({ key, list: fc.array(fc.string(), { minLength: 1 }), map: perKey }), {
            selector: (entry) => entry.key,
            maxLength: 6,
          }),
          namespaceValues,
          fc.integer({ min: 0, max: maxParallelism - 1 }),
          (entries, space, keyGroup) => {
            const rows = entries.flatMap((entry): Row[] => [
              [0, space, entry.key, entry.list.length],
              [1, space, entry.key, entry.list],
              [2, space, entry.key, new Map(Object.entries(entry.map))],
              [3, { timestampMs: entry.list.length, key: entry.key, namespace: null }],
            ]);
            rows.sort((a, b) => a[0] - b[0]);
            assert.deepEqual(throughCanonical(header, keyGroup, maxParallelism, rows), rows);
          },
        );
        fc.assert(property, { numRuns: 60, seed: 7 });
      });
    }
  }

  void test('empty lists and maps are left out, and a key group without entries takes no bytes', () => {
    const out = new DataOutput();
    const writer = new CanonicalWriter(headerWith(VOID_NAMESPACE), 1, out);
    writer.beginKeyGroup(0);
    writer.entry(1, null, 'k', []);
    writer.entry(2, null, 'k', new Map());
    assert.equal(writer.endKeyGroup(), false);
    assert.equal(out.position, 0);
  });

  void test('a key of another key group is refused', () => {
    const out = new DataOutput();
    const writer = new CanonicalWriter(headerWith(VOID_NAMESPACE), 1, out);
    writer.beginKeyGroup(5);
    writer.entry(0, null, 'k', 1);
    writer.endKeyGroup();
    const nothing = { entry: () => undefined, element: () => undefined };
    const read = () => readCanonicalKeyGroup(new DataInput(out.toBytes()), headerWith(VOID_NAMESPACE), 6, 1, nothing);
    assert.throws(read, { code: 'format.malformed', message: /key group 5 where 6/ });
  });
});

type Row = [0 | 1 | 2, unknown, unknown, unknown] | [3, unknown];

/** What is read back of what is written, in order. */
function throughCanonical(
  header: KeyedStateHeader,
  keyGroup: number,
  maxParallelism: number,
  rows: readonly Row[],
): unknown[] {
  const out = new DataOutput();
  const prefixBytes = keyGroupPrefixBytes(maxParallelism);
  const writer = new CanonicalWriter(header, prefixBytes, out);
  writer.beginKeyGroup(keyGroup);
  for (const row of rows) {
    if (row[0] === 3) writer.element(3, row[1]);
    else writer.entry(row[0], row[1], row[2], row[3]);
  }
  const read: unknown[] = [];
  if (!writer.endKeyGroup()) return read;
  readCanonicalKeyGroup(new DataInput(out.toBytes()), header, keyGroup, prefixBytes, {
    entry: (state, namespace, key, value) => void read.push([state, namespace, key, value]),
    element: (state, element) => void read.push([state, element]),
  });
  return read;
}

function headerWith(namespace: TypeSerializer<unknown>): KeyedStateHeader {
  const header: KeyedStateHeader = {
    keySerializer: STRING,
    compressed: false,
    states: [
      { kind: 'keyValue', name: 'value', type: 'VALUE', namespace, value: INT },
      { kind: 'keyValue', name: 'list', type: 'LIST', namespace, value: LIST(STRING) },
      { kind: 'keyValue', name: 'map', type: 'MAP', namespace, value: MAP(STRING, LONG) },
      { kind: 'priorityQueue', name: '_timer_state/event_t', element: TIMER(STRING, VOID_NAMESPACE) },
    ],
  };
  // Read back, so that the serializers are those that a reader finds.
  return readKeyedHeader(new DataInput(keyedHeaderBytes(header)));
}

void describe('damaged state files', () => {
  void test('one damaged byte in keyed state is read or refused, never worse', () => {
    for (const snapshot of snapshotsOf(join(copied, '1.20.5-heap'))) {
      const operator = snapshot.metadata.operators.find(({ operatorId }) => operatorId.startsWith('316a'));
      const state = operator?.subtasks[0]?.state;
      assert.ok(state !== undefined && state !== 'finished');
      const handle = state.managedKeyed;
      assert.ok(handle?.t === 'keyGroups' || handle?.t === 'savepoint');
      const bytes = bytesOf(handle.data, snapshot);
      for (let at = 0; at < bytes.length; at++) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ 0xff;
        try {
          readKeyed(damaged, handle, 128);
        } catch (error) {
          assert.ok(error instanceof JobStateError, `byte ${at}: ${String(error)}`);
        }
      }
    }
  });
});

void describe('operator state', () => {
  void test('list, union and broadcast states survive with the offsets of every element', () => {
    const content = {
      lists: [
        { info: { kind: 'operator', name: 'splits', mode: 'split', element: LIST(LONG) }, elements: [[1, 2], [], [3]] },
        { info: { kind: 'operator', name: 'all', mode: 'union', element: STRING }, elements: ['ü', ''] },
      ],
      broadcasts: [
        {
          info: { kind: 'broadcast', name: 'rules', key: STRING, value: INT },
          entries: new Map([
            ['a', 1],
            ['b', -1],
          ]),
        },
      ],
    } as const;
    const { bytes, states } = writeOperatorStateFile(content);
    assert.deepEqual(
      states.map(({ name, mode, offsets }) => [name, mode, offsets.length]),
      [
        ['splits', 'split', 3],
        ['all', 'union', 2],
        ['rules', 'broadcast', 1],
      ],
    );
    const read = readOperatorState(bytes, states);
    assert.deepEqual(
      read.lists.map(({ elements }) => elements),
      content.lists.map(({ elements }) => elements),
    );
    assert.deepEqual(read.broadcasts[0]?.entries, content.broadcasts[0].entries);
  });

  void test('an offset outside the file is refused', () => {
    const { bytes } = writeOperatorStateFile({
      lists: [{ info: { kind: 'operator', name: 's', mode: 'split', element: INT }, elements: [1] }],
      broadcasts: [],
    });
    const read = () => readOperatorState(bytes, [{ name: 's', mode: 'split', offsets: [bytes.length + 1] }], 'f');
    assert.throws(read, { code: 'format.malformed', subject: { file: 'f', position: bytes.length + 1 } });
  });
});
