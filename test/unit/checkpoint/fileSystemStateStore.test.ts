import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JobStateError } from '../../../runtime/base/errors';
import { FileSystemStateStore } from '../../../runtime/checkpoint/fileSystemStateStore';
import { assignState } from '../../../runtime/checkpoint/stateAssignment';
import type { CompletedCheckpoint } from '../../../runtime/checkpoint/completedCheckpoint';
import type { OperatorHandle } from '../../../runtime/formats/handles';
import { CoordinatorHarness, countId, graph, keyedState, outcomeOf } from './coordinatorHarness';

async function settled<T>(h: CoordinatorHarness, promise: Promise<T>): Promise<T> {
  outcomeOf(promise);
  await h.pass();
  return promise;
}

async function rejected(h: CoordinatorHarness, promise: Promise<unknown>): Promise<JobStateError> {
  const error: unknown = await settled(h, promise).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof JobStateError, 'it should have been refused');
  return error;
}

async function savepoint(): Promise<{
  h: CoordinatorHarness;
  store: FileSystemStateStore;
  taken: CompletedCheckpoint;
}> {
  const h = new CoordinatorHarness();
  const promise = h.coordinator.triggerSavepoint('/s', false);
  await h.pass();
  h.acknowledgeAll();
  const taken = await settled(h, promise);
  return { h, store: new FileSystemStateStore(h.env.disk, h.env.log), taken };
}

describe('FileSystemStateStore', () => {
  test('reads back what it wrote, by directory and by file, with names', async () => {
    const { h, store, taken } = await savepoint();
    const read = await settled(h, store.getState(`${taken.directory}/`));
    assert.deepEqual(read.metadata, taken.metadata);
    assert.equal(read.kind, 'SAVEPOINT');
    assert.equal(read.stateSizeBytes, 40);
    assert.deepEqual(await settled(h, store.getState(`${taken.directory}/_metadata`)), read);
  });

  test('without _job-state.json only the names are missing', async () => {
    const { h, store, taken } = await savepoint();
    h.fs.files.delete(`${taken.directory}/_job-state.json`);
    const read = await settled(h, store.getState(taken.directory));
    assert.equal(read.metadata.operators.length, 2);
    assert.ok(read.metadata.operators.every(({ uid }) => uid === undefined));
  });

  test('a job starts only from a snapshot whose state files are there and whole', async () => {
    const { h, store, taken } = await savepoint();
    assert.deepEqual((await settled(h, store.getRestorableState(taken.directory))).metadata, taken.metadata);
    const file = [...h.fs.files.keys()].find((path) => path.startsWith(`${taken.directory}/`) && !path.includes('/_'));
    assert.ok(file, 'the savepoint has a state file');
    h.fs.files.delete(file);
    const error = await rejected(h, store.getRestorableState(taken.directory));
    assert.deepEqual([error.code, error.domain, error.subject.file], ['snapshot.files-missing', 'user', file]);
    assert.match(error.message, /is not complete: its state file .* is missing/);
  });

  test('names what is missing, and the file and offset of what is damaged', async () => {
    const { h, store, taken } = await savepoint();
    assert.equal((await rejected(h, store.getState('/s/nothing'))).code, 'snapshot.not-found');
    assert.equal((await rejected(h, store.getState('/s'))).code, 'snapshot.not-found');
    const file = `${taken.directory}/_metadata`;
    const bytes = h.fs.bytes(file) ?? new Uint8Array();
    h.fs.write(file, bytes.slice(0, 50));
    const truncated = await rejected(h, store.getState(taken.directory));
    assert.equal(truncated.code, 'snapshot.unreadable');
    assert.equal(truncated.domain, 'user');
    assert.equal(truncated.subject.file, file);
    assert.equal(typeof truncated.subject.position, 'number');
    h.fs.write(file, new TextEncoder().encode('{"this":"is something else"}'));
    assert.equal((await rejected(h, store.getState(file))).subject.position, 0);
  });

  test('a file under its temporary name is no snapshot', async () => {
    const { h, store, taken } = await savepoint();
    const bytes = h.fs.bytes(`${taken.directory}/_metadata`) ?? new Uint8Array();
    h.fs.write('/s/half/_metadata.inprogress', bytes);
    assert.equal((await rejected(h, store.getState('/s/half'))).code, 'snapshot.not-found');
  });

  test('disposes a savepoint as a whole', async () => {
    const { h, store, taken } = await savepoint();
    await settled(h, store.disposeState(taken.directory));
    assert.deepEqual(h.fs.list('/s'), []);
  });

  test('refuses to dispose a checkpoint, a damaged savepoint, and one with files of somebody else', async () => {
    const { h, store, taken } = await savepoint();
    const checkpoint = await h.complete();
    assert.equal((await rejected(h, store.disposeState(checkpoint.directory))).code, 'savepoint.is-checkpoint');
    h.fs.write(`${taken.directory}/notes.txt`, new Uint8Array(1));
    const foreign = await rejected(h, store.disposeState(taken.directory));
    assert.equal(foreign.code, 'savepoint.foreign-files');
    assert.match(foreign.message, /notes\.txt/);
    h.fs.write(`${taken.directory}/_metadata`, new Uint8Array(3));
    assert.equal((await rejected(h, store.disposeState(taken.directory))).code, 'snapshot.unreadable');
    assert.equal(h.fs.list(taken.directory).length, 7, 'nothing was deleted');
  });
});

describe('assignState', () => {
  test('gives every subtask the state of its index', async () => {
    const { taken } = await savepoint();
    const assigned = assignState(taken, graph).get(countId);
    assert.deepEqual(Object.values(assigned?.[1] ?? {}), [keyedState('00000000-0000-4000-8000-000000000001', 1)]);
  });

  test('gives the union lists of all subtasks to each, in the order of the subtasks, and other lists to their own', async () => {
    const { taken } = await savepoint();
    const handle = (n: number): OperatorHandle => ({
      states: [
        { name: 'all', mode: 'union', offsets: [n] },
        { name: 'own', mode: 'split', offsets: [n] },
        { name: 'rules', mode: 'broadcast', offsets: [n] },
      ],
      data: { t: 'bytes', name: `subtask ${n}`, data: new Uint8Array(n) },
    });
    const operators = taken.metadata.operators.map((operator) => ({
      ...operator,
      subtasks: [1, 0].map((index) => ({ index, state: { managedOperator: handle(index) } })),
    }));
    const assigned = assignState({ ...taken, metadata: { ...taken.metadata, operators } }, graph).get(countId);
    const read = assigned?.map((subtask) =>
      Object.values(subtask)[0]?.operatorParts?.map(({ states }) =>
        states.map(({ name, offsets }) => `${name} ${offsets.join()}`),
      ),
    );
    assert.deepEqual(read, [
      [['all 0', 'own 0', 'rules 0'], ['all 1']],
      [['all 0'], ['all 1', 'own 1', 'rules 1']],
    ]);
  });

  test('refuses state that no operator takes, naming uid and bytes', async () => {
    const { taken } = await savepoint();
    const without = { ...graph, vertices: graph.vertices.slice(0, 1) };
    assert.throws(() => assignState(taken, without), {
      code: 'restore.unmatched-state',
      message: /20 bytes of state for operator uid 'stats'/,
    });
  });

  test('lets empty state that no operator takes pass', async () => {
    const { taken } = await savepoint();
    const operators = taken.metadata.operators.map((operator) => ({ ...operator, subtasks: [] }));
    const empty = { ...taken, metadata: { ...taken.metadata, operators } };
    assert.equal(assignState(empty, { ...graph, vertices: [] }).size, 0);
  });

  test('refuses another parallelism and another max parallelism with that reason', async () => {
    const { taken } = await savepoint();
    const changed = (change: object) => ({ ...graph, vertices: graph.vertices.map((one) => ({ ...one, ...change })) });
    assert.throws(() => assignState(taken, changed({ parallelism: 3 })), {
      code: 'restore.parallelism',
      message: /parallelism 2, the job has 3; another parallelism is not possible for now/,
    });
    assert.throws(() => assignState(taken, changed({ maxParallelism: 64 })), { code: 'restore.max-parallelism' });
  });
});
