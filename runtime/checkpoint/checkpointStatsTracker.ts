import type { CheckpointId, VertexId } from '../base/ids';
import type { TaskSnapshot, SnapshotMetrics } from '../wire/messages';
import {
  checkpointHistoryLength,
  checkpointSummariesLength,
  type CheckpointFailureReason,
  type CheckpointKind,
  type CheckpointRecord,
  type CheckpointStatsRecord,
  type CheckpointSummary,
  type RestoredCheckpointRecord,
  type SubtaskCheckpointRecord,
} from './checkpointRecords';

interface VertexEntry {
  readonly vertex: VertexId;
  readonly parallelism: number;
  readonly subtasks: (SubtaskCheckpointRecord | undefined)[];
}

type Entry = { -readonly [K in keyof CheckpointSummary]: CheckpointSummary[K] } & { vertices: readonly VertexEntry[] };

const noTime: SnapshotMetrics = { syncMs: 0, asyncMs: 0, alignmentMs: 0, startDelayMs: 0, stateSizeBytes: 0 };

/** The history of a job's checkpoints; Flink's `CheckpointStatsTracker`. The records it hands out change as their checkpoints do. */
export class CheckpointStatsTracker {
  private readonly entries = new Map<CheckpointId, Entry>();
  /** By rising id, without their vertices. */
  private readonly older: Entry[] = [];
  private readonly counts = { completed: 0, failed: 0, inProgress: 0, restored: 0 };
  private latestCompleted: Entry | undefined;
  private latestSavepoint: Entry | undefined;
  private latestFailed: Entry | undefined;
  private latestRestored: RestoredCheckpointRecord | undefined;

  triggered(
    id: CheckpointId,
    kind: CheckpointKind,
    triggerMs: number,
    vertices: readonly { readonly vertex: VertexId; readonly parallelism: number }[],
  ): void {
    const subtasks = vertices.reduce((sum, { parallelism }) => sum + parallelism, 0);
    this.counts.inProgress += 1;
    this.entries.set(id, {
      id,
      kind,
      status: 'IN_PROGRESS',
      triggerMs,
      stateSizeBytes: 0,
      acknowledged: 0,
      subtasks,
      vertices: vertices.map(({ vertex, parallelism }) => ({
        vertex,
        parallelism,
        subtasks: Array.from({ length: parallelism }, () => undefined),
      })),
      discarded: false,
    });
    this.trim();
  }

  acknowledged(
    id: CheckpointId,
    vertex: VertexId,
    subtask: number,
    atMs: number,
    snapshot: TaskSnapshot,
    metrics: SnapshotMetrics,
    sizeBytes: number,
  ): void {
    const entry = this.entries.get(id);
    const of = entry?.vertices.find((other) => other.vertex === vertex);
    if (entry === undefined || of === undefined) return;
    of.subtasks[subtask] = { subtask, ackMs: atMs, metrics, states: snapshot.states, local: snapshot.local };
    entry.acknowledged += 1;
    entry.latestAckMs = atMs;
    entry.stateSizeBytes += sizeBytes;
  }

  /** A subtask that had finished before counts as one that acknowledged nothing, as in Flink. */
  finished(id: CheckpointId, vertex: VertexId, subtask: number, atMs: number): void {
    this.acknowledged(id, vertex, subtask, atMs, { states: {}, local: {} }, noTime, 0);
  }

  completed(id: CheckpointId, atMs: number, path: string): void {
    const entry = this.end(id, 'COMPLETED', atMs);
    if (entry === undefined) return;
    entry.path = path;
    this.counts.completed += 1;
    if (entry.kind === 'CHECKPOINT') this.latestCompleted = entry;
    else this.latestSavepoint = entry;
  }

  failed(id: CheckpointId, atMs: number, reason: CheckpointFailureReason, message: string): void {
    const entry = this.end(id, 'FAILED', atMs);
    if (entry === undefined) return;
    entry.failure = { atMs, reason, message };
    this.counts.failed += 1;
    this.latestFailed = entry;
    forgetStates(entry);
  }

  discarded(id: CheckpointId): void {
    const entry = this.entries.get(id) ?? this.olderOf(id);
    if (entry === undefined) return;
    entry.discarded = true;
    forgetStates(entry);
  }

  /** Its savepoint was disposed. */
  disposed(path: string): void {
    for (const { id, path: own } of [...this.entries.values(), ...this.older]) if (own === path) this.discarded(id);
  }

  restored(record: RestoredCheckpointRecord): void {
    this.counts.restored += 1;
    this.latestRestored = record;
  }

  get(id: CheckpointId): CheckpointRecord | undefined {
    return this.entries.get(id);
  }

  snapshot(): CheckpointStatsRecord {
    return {
      counts: { ...this.counts },
      history: [...this.entries.values()].reverse(),
      older: this.older,
      ...(this.latestCompleted === undefined ? {} : { latestCompleted: this.latestCompleted }),
      ...(this.latestSavepoint === undefined ? {} : { latestSavepoint: this.latestSavepoint }),
      ...(this.latestFailed === undefined ? {} : { latestFailed: this.latestFailed }),
      ...(this.latestRestored === undefined ? {} : { latestRestored: this.latestRestored }),
    };
  }

  private end(id: CheckpointId, status: 'COMPLETED' | 'FAILED', atMs: number): Entry | undefined {
    const entry = this.entries.get(id);
    if (entry?.status !== 'IN_PROGRESS') return undefined;
    this.counts.inProgress -= 1;
    entry.status = status;
    entry.endMs = atMs;
    return entry;
  }

  private trim(): void {
    for (const [id, entry] of this.entries) {
      if (this.entries.size <= checkpointHistoryLength) return;
      if (entry.status === 'IN_PROGRESS') continue;
      this.entries.delete(id);
      this.summarize(entry);
    }
  }

  private summarize(entry: Entry): void {
    entry.vertices = [];
    // One that was in progress for long comes after newer ones.
    const at = this.older.findLastIndex(({ id }) => id < entry.id) + 1;
    this.older.splice(at, 0, entry);
    if (this.older.length > checkpointSummariesLength) this.older.shift();
  }

  private olderOf(id: CheckpointId): Entry | undefined {
    let [low, high] = [0, this.older.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.older[middle]?.id ?? id) < id) low = middle + 1;
      else high = middle;
    }
    const found = this.older[low];
    return found?.id === id ? found : undefined;
  }
}

/** The handles of deleted files are of no use, and inlined ones would stay in memory. */
function forgetStates(entry: Entry): void {
  for (const { subtasks } of entry.vertices) {
    subtasks.forEach((subtask, index) => {
      if (subtask !== undefined) subtasks[index] = { ...subtask, states: {}, local: {} };
    });
  }
}
