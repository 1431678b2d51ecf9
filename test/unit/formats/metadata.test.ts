import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { JobStateError } from '../../../runtime/base/errors';
import { id } from '../../../runtime/base/ids';
import type { OperatorId } from '../../../runtime/base/ids';
import type {
  CheckpointMetadata,
  IncrementalHandle,
  MetadataVersion,
  StreamHandle,
} from '../../../runtime/formats/handles';
import { readMetadata, writeMetadata } from '../../../runtime/formats/metadata/metadata';
import { checkpointProperties, savepointProperties } from '../../../runtime/formats/metadata/snapshotProperties';
import { operatorsForm, propertiesText } from './expectedForm';
import { cases, copied, metadataFiles, shared, snapshotsOf, whenShared } from './recordings';
import type { ExpectedOperator, Snapshot } from './recordings';

/** Compares what we read with what Flink read; fields that only one side has are left out. */
function assertAsFlink(snapshot: Snapshot): void {
  const { metadata, expected } = snapshot;
  assert.equal(metadata.checkpointId, expected.metadata.checkpointId);
  assert.equal(propertiesText(metadata.properties), expected.metadata.properties);
  const ours = operatorsForm(metadata);
  assert.equal(metadata.operators.length, expected.metadata.operators.length);
  for (const operator of expected.metadata.operators) assertOperator(ours[operator.operatorId], operator);
}

function assertOperator(ours: Record<string, unknown> | undefined, operator: ExpectedOperator): void {
  assert.ok(ours !== undefined, `operator ${operator.operatorId} is missing`);
  const place = `operator ${operator.operatorId}`;
  assert.equal(ours['parallelism'], operator.parallelism, place);
  assert.equal(ours['maxParallelism'], operator.maxParallelism, place);
  assertCovers(ours['coordinatorState'], operator.coordinatorState, place);
  const subtasks = ours['subtasks'] as Record<string, unknown>;
  assert.deepEqual(Object.keys(subtasks).sort(), Object.keys(operator.subtasks).sort(), place);
  for (const [index, expected] of Object.entries(operator.subtasks)) assertCovers(subtasks[index], expected, place);
}

/** Fields of `expected.json` that `_metadata` does not hold, or that stand there in another form. */
const notStored = new Set(['Infos', 'SerializedChannelOffsets', 'Delegate', 'Info', 'Offsets', 'SubtaskIndex']);

/** Every field that both have is equal; of handles and their order all is. */
function assertCovers(ours: unknown, expected: unknown, place: string): void {
  if (typeof expected !== 'object' || expected === null || typeof ours !== 'object' || ours === null) {
    assert.deepEqual(ours, expected ?? undefined, place);
    return;
  }
  if (Array.isArray(expected)) assert.equal((ours as unknown[]).length, expected.length, place);
  for (const [name, value] of Object.entries(expected)) {
    const own = (ours as Record<string, unknown>)[name];
    if (own === undefined || notStored.has(name)) {
      assert.ok(!['delegate', 'offsets', 'states', 'shared', 'private', 'meta'].includes(name), `${place}.${name}`);
      continue;
    }
    // A savepoint's handle gets a fresh id whenever it is read.
    const isSavepoint = (expected as { class?: string }).class === 'KeyGroupsSavepointStateHandle';
    if (isSavepoint && name === 'stateHandleId') continue;
    if (name === 'class' && typeof value === 'string' && value.startsWith('EmptyFileMerging')) continue;
    assertCovers(own, value, `${place}.${name}`);
  }
}

void describe('_metadata', () => {
  for (const snapshot of snapshotsOf(join(copied, '1.20.5-heap'))) {
    void test(`a recorded ${snapshot.expected.kind} is read as Flink reads it`, () => assertAsFlink(snapshot));
    void test(`a recorded ${snapshot.expected.kind} is written with the same bytes`, () => {
      assert.deepEqual(Buffer.from(writeMetadata(snapshot.metadata)), snapshot.bytes);
    });
  }

  void test('all recordings of 1.20.5 and 2.2.1 are read as Flink reads them', whenShared, () => {
    let count = 0;
    for (const version of ['1.20.5', '2.2.1']) {
      for (const root of cases(version, /./)) {
        for (const snapshot of snapshotsOf(root)) {
          assertAsFlink(snapshot);
          count += 1;
        }
      }
    }
    assert.ok(count > 20, `only ${count} snapshots`);
  });

  void test(
    'every snapshot that Flink 1.3 to 2.3 wrote is read to its end, and written with the same bytes',
    whenShared,
    () => {
      const files = metadataFiles(shared);
      assert.ok(files.length >= 242);
      for (const file of files) {
        const bytes = readFileSync(file);
        const metadata = readMetadata(bytes, basename(dirname(file)));
        if (metadata.version > 2) assert.ok(bytes.equals(writeMetadata(metadata)), file);
      }
    },
  );

  void test('the generated files have the totals that Flink counted', whenShared, () => {
    for (const kind of ['1.20.5-incremental', '2.2.1-incremental', '1.20.5-keygroups', '2.2.1-keygroups']) {
      const directory = join(shared, 'generated-metadata', kind);
      const { totals } = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8')) as {
        totals: Record<string, number>;
      };
      const metadata = readMetadata(readFileSync(join(directory, '_metadata')));
      const states = metadata.operators.flatMap((operator) => operator.subtasks.map(({ state }) => state));
      const keyed = states.flatMap((state) => (state === 'finished' ? [] : (state.managedKeyed ?? [])));
      assert.equal(metadata.checkpointId, totals['checkpointId']);
      assert.equal(metadata.operators.length, totals['operators']);
      assert.equal(states.length, totals['subtasks']);
      assert.equal(keyed.length, totals['keyedHandles']);
    }
  });

  for (const version of [3, 4, 5, 6] as const) {
    void test(`all kinds of handles survive version ${version}`, () => {
      const metadata = sample(version);
      assert.deepEqual(readMetadata(writeMetadata(metadata)), metadata);
    });
  }

  void test('a file cut off anywhere is refused with the offset', () => {
    for (const version of [3, 4, 6] as const) {
      const bytes = writeMetadata(sample(version));
      for (let length = 0; length < bytes.length; length++) assertRefused(bytes.slice(0, length), `cut at ${length}`);
    }
  });

  void test('a file with one damaged byte is read or refused, never worse', () => {
    const bytes = writeMetadata(sample(6));
    for (let at = 0; at < bytes.length; at++) {
      for (const damage of [0xff, 0x80, 0x01]) {
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] ?? 0) ^ damage;
        try {
          readMetadata(damaged);
        } catch (error) {
          assert.ok(error instanceof JobStateError, `byte ${at}: ${String(error)}`);
        }
      }
    }
  });

  void test('bytes after the end, another file and unknown versions are refused', () => {
    const bytes = writeMetadata(sample(4));
    assertRefused(Uint8Array.of(...bytes, 0), 'one byte more');
    assertRefused(new TextEncoder().encode('{"not": "metadata"}'), 'JSON');
    const newer = bytes.slice();
    newer[7] = 7;
    assert.throws(() => readMetadata(newer, 'x/_metadata'), {
      code: 'format.unsupported',
      message: /Version 7/,
      subject: { file: 'x/_metadata', position: 8 },
    });
  });

  void test('our properties are the bytes that Flink writes', () => {
    const [checkpoint, savepoint] = snapshotsOf(join(copied, '1.20.5-heap')).map(({ metadata }) => metadata.properties);
    assert.deepEqual(checkpointProperties(true), checkpoint);
    assert.deepEqual(savepointProperties(), savepoint);
  });

  void test('the properties of all kinds of snapshots come back', () => {
    for (const properties of [
      checkpointProperties(false),
      checkpointProperties(true, true),
      savepointProperties('NATIVE'),
      savepointProperties('CANONICAL', 'SUSPEND'),
      savepointProperties('CANONICAL', 'TERMINATE'),
    ]) {
      const metadata: CheckpointMetadata = { ...empty, properties };
      assert.deepEqual(readMetadata(writeMetadata(metadata)), metadata);
    }
  });

  void test('numbers beyond the safe integers are refused, not rounded', () => {
    const bytes = writeMetadata(empty);
    bytes[8] = 0x7f;
    assert.throws(() => readMetadata(bytes), { code: 'format.malformed', subject: { file: '_metadata', position: 8 } });
  });
});

function assertRefused(bytes: Uint8Array, what: string): void {
  try {
    readMetadata(bytes, 'f');
  } catch (error) {
    assert.ok(error instanceof JobStateError, `${what}: ${String(error)}`);
    assert.match(error.code, /^format\./, what);
    assert.equal(typeof error.subject.position, 'number', what);
    assert.equal(error.subject.file, 'f', what);
    return;
  }
  assert.fail(`${what} was accepted`);
}

const empty: CheckpointMetadata = { version: 4, checkpointId: 1, masterStates: [], operators: [] };

const operator = (digit: string): OperatorId => id<OperatorId>(digit.repeat(32));
const range = { start: 3, end: 4 };
const inlined: StreamHandle = { t: 'bytes', name: 'a\u0000ü✓😀', data: Uint8Array.of(1, 2, 3) };
const relative: StreamHandle = { t: 'relative', path: 'x', sizeBytes: 2 ** 40 + 5 };
const file: StreamHandle = { t: 'file', uri: 'file:/a', sizeBytes: 7 };
const segment: StreamHandle = {
  t: 'segment',
  uri: 'file:/b',
  position: 9,
  sizeBytes: 1,
  scope: 'shared',
  logicalFileId: 'l',
};

/** One of everything. */
function sample(version: MetadataVersion): CheckpointMetadata {
  const channel = { a: 1, b: 2, offsets: [4, 40], sizeBytes: 9 };
  const single = { subtask: 0, merged: false, parts: [channel], sizeBytes: 9, data: relative };
  const merged = { ...single, merged: true, parts: [channel, { ...channel, b: 3 }] };
  const channels = version === 6 ? [single, merged] : [single];
  const offsets = [0, 17];
  return {
    version,
    checkpointId: 42,
    masterStates: [{ name: 'hook', version: 1, data: Uint8Array.of(9) }],
    operators: [
      {
        operatorId: operator('a'),
        ...(version >= 5 ? { name: 'Map', uid: 'map' } : {}),
        parallelism: 3,
        maxParallelism: 128,
        coordinatorState: { t: 'bytes', name: 'aa', data: Uint8Array.of(5) },
        finished: false,
        subtasks: [
          {
            index: 0,
            state: {
              managedOperator: {
                states: [
                  { name: 's', mode: 'split', offsets: [1, 2] },
                  { name: 'u', mode: 'union', offsets: [] },
                  { name: 'b', mode: 'broadcast', offsets: [3] },
                ],
                data: inlined,
              },
              rawOperator: {
                states: [],
                data: { t: 'emptySegment' },
                fileMerging: { taskOwned: 't', shared: 's', empty: true },
              },
              managedKeyed: { t: 'keyGroups', range, offsets: [10, 20], data: file, id: 'handle' },
              rawKeyed: { t: 'keyGroups', range, offsets, data: segment },
              inputChannels: channels,
              resultSubpartitions: channels,
            },
          },
          { index: 1, state: 'finished' },
          { index: 2, state: { managedKeyed: { t: 'savepoint', range, offsets, data: relative } } },
        ],
      },
      { operatorId: operator('b'), parallelism: 1, maxParallelism: 1, finished: true, subtasks: [] },
      {
        operatorId: operator('c'),
        parallelism: 2,
        maxParallelism: 4,
        finished: false,
        subtasks: [
          { index: 0, state: { managedKeyed: incremental('i'), rawKeyed: incremental() } },
          { index: 1, state: { managedKeyed: changelog } },
        ],
      },
    ],
    ...(version >= 4 ? { properties: savepointProperties('NATIVE') } : {}),
  };
}

function incremental(handleId?: string): IncrementalHandle {
  return {
    t: 'incremental',
    checkpoint: 7,
    backend: 'uuid',
    range,
    meta: inlined,
    shared: [{ name: '1.sst', data: file }],
    private: [{ name: 'CURRENT', data: inlined }],
    ...(handleId === undefined ? {} : { id: handleId, checkpointedSizeBytes: 11 }),
  };
}

const changelog = {
  t: 'changelog',
  range,
  checkpointedSizeBytes: 1,
  materialized: [incremental('m')],
  delta: [
    { t: 'changes', range, from: 0, to: 2, changes: [{ keyGroup: -1, data: Uint8Array.of(8) }], id: 'd' },
    {
      t: 'changeFiles',
      range,
      parts: [{ offset: 3, data: file }],
      sizeBytes: 4,
      checkpointedSizeBytes: 4,
      id: 'f',
      storage: 'filesystem',
    },
  ],
  materialization: 1,
  checkpoint: 2,
  id: 'c',
} as const;
