import assert from 'node:assert/strict';
import type { JobId } from '../../runtime/base/ids';
import type { CheckpointRecord } from '../../runtime/checkpoint/checkpointRecords';
import type { KeyedHandle, OperatorHandle, StreamHandle } from '../../runtime/formats/handles';
import { readMetadata } from '../../runtime/formats/metadata/metadata';
import { stateDirectory, type World } from './world';

/** Raised with its number, so that a failure of a seed says which promise was broken. */
function broken(world: World, number: number, text: string): never {
  throw new Error(`seed ${world.seed}, invariant ${number}: ${text}\n${world.tail()}`);
}

/**
 * What must hold after every event:
 * 1. at most one attempt of a subtask runs, over all TaskManagers that live;
 * 2. every completed checkpoint that is retained can be read, with all files that it names;
 * 3. checkpoint ids increase;
 * 4. a TaskManager keeps at most three local copies of a subtask (the confirmed one, the one in progress and one being pruned).
 */
export class Invariants {
  private readonly checked = new Set<string>();
  private highestId = 0;
  private events = 0;

  constructor(
    private readonly world: World,
    private readonly job: JobId,
  ) {}

  readonly check = (): void => {
    this.oneAttempt();
    if (!this.world.jobManagerProcess.alive || this.world.jobManager.jobs().length === 0) return;
    const { history } = this.world.jobManager.job(this.job).checkpoints;
    this.idsIncrease(history);
    for (const record of history) {
      if (record.status === 'COMPLETED' && !record.discarded) this.readable(record);
    }
    if (this.events++ % 64 === 0) this.localCopiesAreFew();
  };

  private oneAttempt(): void {
    const running = new Set<string>();
    for (const { taskManager } of this.world.aliveTaskManagers()) {
      for (const ref of taskManager.attempts()) {
        const subtask = `${ref.job}/${ref.vertex}/${ref.subtask}`;
        if (running.has(subtask)) broken(this.world, 1, `two attempts of ${subtask} run`);
        running.add(subtask);
      }
    }
  }

  private readable(record: CheckpointRecord): void {
    const directory = record.path;
    if (directory === undefined) broken(this.world, 2, `completed checkpoint ${record.id} has no path`);
    const bytes = this.world.fs.bytes(`${directory}/_metadata`);
    if (bytes === undefined) broken(this.world, 2, `_metadata of checkpoint ${record.id} is missing`);
    const known = this.checked.has(directory);
    this.checked.add(directory);
    // The contents of a file never change once it is named; later only its presence is looked at.
    const metadata = readMetadata(bytes, directory);
    if (known && this.events % 16 !== 0) return;
    for (const { state } of metadata.operators.flatMap(({ subtasks }) => subtasks)) {
      if (state === 'finished') continue;
      for (const handle of [state.managedKeyed, state.managedOperator]) {
        if (handle !== undefined) this.present(directory, handle);
      }
    }
  }

  private present(directory: string, handle: KeyedHandle | OperatorHandle): void {
    const stream = 'data' in handle ? handle.data : undefined;
    if (stream === undefined) return;
    const path = pathOf(directory, stream);
    if (path === undefined) return;
    const bytes = this.world.fs.bytes(path);
    if (bytes === undefined) broken(this.world, 2, `${path} is missing`);
    if ('sizeBytes' in stream && bytes.length !== stream.sizeBytes) broken(this.world, 2, `${path} is torn`);
  }

  private idsIncrease(history: readonly CheckpointRecord[]): void {
    for (let index = 1; index < history.length; index++) {
      const [newer, older] = [history[index - 1], history[index]];
      if (newer !== undefined && older !== undefined && newer.id <= older.id)
        broken(this.world, 3, `${older.id} before ${newer.id}`);
    }
    this.highestId = Math.max(this.highestId, history[0]?.id ?? 0);
  }

  private localCopiesAreFew(): void {
    const copies = new Map<string, number>();
    for (const path of this.world.fs.directories) {
      const subtask = /^(.*\/localState\/aid_[^/]+\/jid_[^/]+\/vtx_[^/]+)\/chk_\d+$/.exec(path)?.[1];
      if (subtask !== undefined && path.startsWith(stateDirectory)) copies.set(subtask, (copies.get(subtask) ?? 0) + 1);
    }
    for (const [subtask, count] of copies)
      if (count > 3) broken(this.world, 4, `${subtask} holds ${count} local copies`);
  }
}

function pathOf(directory: string, stream: StreamHandle): string | undefined {
  switch (stream.t) {
    case 'relative':
      return `${directory}/${stream.path}`;
    case 'file':
      return stream.uri.replace(/^file:/, '');
    case 'bytes':
    case 'segment':
    case 'emptySegment':
      return undefined;
    default:
      return assert.fail(`handle of a kind that the runtime does not write: ${JSON.stringify(stream)}`);
  }
}
