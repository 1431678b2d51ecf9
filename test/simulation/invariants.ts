import assert from 'node:assert/strict';
import type { AttemptRef, JobId, TriggerId } from '../../runtime/base/ids';
import type { CheckpointRecord } from '../../runtime/checkpoint/checkpointRecords';
import type { KeyedHandle, OperatorHandle, StreamHandle } from '../../runtime/formats/handles';
import { readMetadata } from '../../runtime/formats/metadata/metadata';
import type { JobRecord } from '../../runtime/jobmanager/records';
import { sequentialModel, totals } from './countingJob';
import { stateDirectory, type World } from './world';

interface NamedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

const noNames = { some: false, local: false, output: false };
/** Confirmed, in progress, and one that is being pruned. */
const mostLocalCopies = 3;
/** After the end of the job: what is on its way arrives, requests are answered. */
const quietMs = 1_500;
/** Of a TaskManager without tasks: heartbeat, metrics, and a message on its way. */
const mostIdleEvents = 4;

/**
 * What must hold after every event, whatever fails; numbered as in docs/invariants.md. A broken one throws with its number, the seed and
 * the end of the trace.
 */
export class Invariants {
  /** Files of every snapshot that may be restored, by its directory. */
  private readonly snapshots = new Map<string, readonly NamedFile[]>();
  private readonly lines = new Set<string>();
  private readonly parts = new Set<string>();
  private readonly model: ReadonlySet<string>;
  private readonly totals: ReturnType<typeof totals>;
  /** At least once, rows may be counted more than once, but none is missing. */
  private readonly exactly: boolean;
  private readonly ids = new Set<number>();
  private highestId = 0;
  /** Checkpoints that have completed, under whatever id of the job. */
  completed = 0;
  private record: JobRecord | undefined;
  /** Which names have come or gone since the last look. */
  private names = { some: true, local: true, output: true };

  constructor(
    private readonly world: World,
    private job: JobId,
  ) {
    this.model = new Set(sequentialModel(world.job));
    this.totals = totals(this.model);
    this.exactly = world.job.settings?.checkpointing?.mode !== 'at_least_once';
    world.fs.onName = (path) => this.named(path);
  }

  /** The same job under another id, after the JobManager was lost, from the checkpoint `origin`. What was kept before it stays. */
  continuesAs(job: JobId, origin: number): void {
    this.job = job;
    this.record = undefined;
    this.ids.clear();
    this.highestId = origin;
  }

  /** The id of a snapshot that was seen to complete. */
  idOf(directory: string): number {
    const bytes = this.world.fs.bytes(`${directory}/_metadata`);
    if (bytes === undefined) this.broken(2, `${directory} holds no _metadata`);
    return readMetadata(bytes, directory).checkpointId;
  }

  readonly check = (): void => {
    this.oneAttempt();
    const record = this.world.current(this.job);
    const changed = record !== undefined && record !== this.record;
    if (changed) {
      this.record = record;
      this.idsIncrease(record.checkpoints.history);
      this.remember(record.checkpoints.history);
    }
    const { names } = this;
    this.names = noNames;
    if (names.some || changed) for (const [directory, files] of this.snapshots) this.present(directory, files);
    if (names.local) this.localCopiesAreFew();
    if (names.output) this.outputIsExact();
  };

  private named(path: string): void {
    const { local, output } = this.names;
    this.names = {
      some: true,
      local: local || path.startsWith(`${stateDirectory}/taskmanagers/`),
      output: output || this.world.outputDirectories.some((directory) => path.startsWith(`${directory}/`)),
    };
  }

  /**
   * What must hold when the job is over: the output is that of the model, every request has its answer, nothing runs or is left behind,
   * and after the end of the JobManager nothing at all is pending.
   */
  async atEnd(triggers: readonly TriggerId[]): Promise<void> {
    const { world } = this;
    await world.pass(quietMs, this.check);
    if (this.exactly) {
      assert.deepEqual(
        world.output(),
        [...this.model].sort(),
        `seed ${world.seed}, invariant 6: the output differs\n${world.tail()}`,
      );
    } else this.nothingIsLost();
    for (const trigger of triggers) {
      const status = world.jobManager.operation('savepoint', trigger)?.status;
      if (status === 'IN_PROGRESS') this.broken(7, `the savepoint ${trigger} has no end`);
    }
    this.nothingIsLeft();
    await world.settled('the end of the JobManager', world.jobManager.close());
    await world.pass(quietMs);
    for (const process of world.processes) {
      if (process !== world.jobManagerProcess && process.alive)
        this.broken(9, `${process.name} outlives the JobManager`);
      if (process.pending > 0) this.broken(9, `${process.name} has ${process.pending} events pending after its end`);
    }
  }

  private nothingIsLost(): void {
    const found = totals(this.world.output());
    for (const [name, { count, sum }] of this.totals) {
      const own = found.get(name) ?? { count: 0, sum: 0 };
      if (own.count < count || own.sum < sum) this.broken(6, `of ${name} there are ${own.count} rows of ${count}`);
    }
  }

  private nothingIsLeft(): void {
    const { world } = this;
    const hidden = world.outputFiles().filter((path) => path.includes(`/.part-${this.job.slice(0, 8)}`));
    if (hidden.length > 0) this.broken(8, `the sink left ${hidden.join(', ')}`);
    for (const { taskManager, process } of world.aliveTaskManagers()) {
      if (taskManager.attempts().length > 0) this.broken(9, `${process.name} still has tasks`);
      if (process.pending > mostIdleEvents) this.broken(9, `${process.name} has ${process.pending} events pending`);
    }
    const copies = [...world.fs.directories].filter((path) => path.includes(`/localState/`) && path.includes(this.job));
    if (copies.length > 0) this.broken(4, `local copies are left: ${copies.join(', ')}`);
  }

  private broken(invariant: number, text: string): never {
    throw new Error(`seed ${this.world.seed}, invariant ${invariant}: ${text}\n${this.world.tail()}`);
  }

  private oneAttempt(): void {
    const running: AttemptRef[] = [];
    for (const { process, taskManager } of this.world.taskManagers.values()) {
      if (!process.alive) continue;
      for (const ref of taskManager.attempts()) {
        const { job, vertex, subtask } = ref;
        if (running.some((one) => one.subtask === subtask && one.vertex === vertex && one.job === job))
          this.broken(1, `two attempts of ${job}/${vertex}/${subtask} run`);
        running.push(ref);
      }
    }
  }

  private remember(history: readonly CheckpointRecord[]): void {
    for (const { id, status, path, discarded } of history) {
      if (status !== 'COMPLETED') continue;
      if (path === undefined) this.broken(2, `completed checkpoint ${id} has no path`);
      if (discarded) this.snapshots.delete(path);
      else if (!this.snapshots.has(path)) {
        this.snapshots.set(path, this.filesOf(path));
        this.completed += 1;
      }
    }
  }

  /** All files that a snapshot needs; reading it proves that it can be read. */
  private filesOf(directory: string): readonly NamedFile[] {
    const path = `${directory}/_metadata`;
    const bytes = this.world.fs.bytes(path);
    if (bytes === undefined) this.broken(2, `${path} is missing`);
    const files: NamedFile[] = [{ path, sizeBytes: bytes.length }];
    for (const { state } of readMetadata(bytes, directory).operators.flatMap(({ subtasks }) => subtasks)) {
      if (state === 'finished') continue;
      for (const handle of [state.managedKeyed, state.managedOperator]) {
        const file = handle === undefined ? undefined : fileOf(directory, handle);
        if (file !== undefined) files.push(file);
      }
    }
    return files;
  }

  private present(directory: string, files: readonly NamedFile[]): void {
    for (const { path, sizeBytes } of files) {
      const found = this.world.fs.sizeBytes(path);
      if (found === undefined) this.broken(5, `${path} is gone; the snapshot ${directory} needs it`);
      if (found !== sizeBytes) this.broken(2, `${path} has ${found} instead of ${sizeBytes} bytes`);
    }
  }

  private idsIncrease(history: readonly CheckpointRecord[]): void {
    for (const { id } of history.toReversed()) {
      if (this.ids.has(id)) continue;
      if (id <= this.highestId) this.broken(3, `checkpoint ${id} comes after ${this.highestId}`);
      this.ids.add(id);
      this.highestId = id;
    }
  }

  private localCopiesAreFew(): void {
    const copies = new Map<string, number>();
    for (const path of this.world.fs.directories) {
      if (!path.startsWith(`${stateDirectory}/taskmanagers/`)) continue;
      const subtask = /^(.*\/localState\/aid_[^/]+\/jid_[^/]+\/vtx_[^/]+)\/chk_\d+$/.exec(path)?.[1];
      if (subtask !== undefined) copies.set(subtask, (copies.get(subtask) ?? 0) + 1);
    }
    for (const [subtask, count] of copies)
      if (count > mostLocalCopies) this.broken(4, `${subtask} holds ${count} local copies`);
  }

  /** Every line that can be seen is one of the model, whole, and stands there once; at least once, it is of one of its windows. */
  private outputIsExact(): void {
    for (const name of this.world.parts()) {
      if (this.parts.has(name)) continue;
      this.parts.add(name);
      const text = this.world.textOf(name);
      if (!text.endsWith('\n')) this.broken(8, `${name} is not whole`);
      for (const line of text.trimEnd().split('\n')) {
        if (!this.exactly) {
          const window = line.split(' ', 2).join(' ');
          if (!this.totals.has(window))
            this.broken(6, `${name} holds "${line}", of a window that the model does not have`);
          continue;
        }
        if (!this.model.has(line)) this.broken(6, `${name} holds "${line}", which the model does not`);
        if (this.lines.has(line)) this.broken(6, `${name} holds "${line}" once more`);
        this.lines.add(line);
      }
    }
  }
}

function fileOf(directory: string, handle: KeyedHandle | OperatorHandle): NamedFile | undefined {
  const stream: StreamHandle | undefined = 'data' in handle ? handle.data : undefined;
  if (stream?.t === 'relative') return { path: `${directory}/${stream.path}`, sizeBytes: stream.sizeBytes };
  if (stream?.t === 'file') return { path: stream.uri.replace(/^file:/, ''), sizeBytes: stream.sizeBytes };
  return undefined;
}
