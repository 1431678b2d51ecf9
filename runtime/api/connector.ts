/**
 * What runtime/connectors/ implements and the task loop drives. The loop is synchronous: `poll` and `write` never wait; a connector does
 * its I/O in the background and says through `onAvailable` that it is worth asking again. What goes wrong in the background is thrown by
 * the next call. All data that leaves a connector for a checkpoint is JSON data and small.
 */
import type { Clock, Disk, Logger, Net } from '../base/env';
import type { JobId } from '../base/ids';
import type { SinkSpec } from './sinks';
import type { SourceSpec } from './sources';

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** The world as one subtask's connector sees it. */
export interface ConnectorContext {
  readonly disk: Disk;
  readonly net: Pick<Net, 'connectTcp'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Absolute; relative paths of specs are resolved against it. */
  readonly baseDirectory: string;
  /** Part of the names of a sink's files, so that two jobs do not touch each other's. */
  readonly job: JobId;
  /** From 0. */
  readonly subtask: number;
  readonly parallelism: number;
  /** Of this subtask; part of the names of its files, so that no two attempts write the same one. */
  readonly attempt: number;
  /** Overrides the rate of a source's spec; rows per second over all subtasks. */
  readonly rowsPerSecond?: number;
  /** Adds to a counter that is shown with the task: `linesSkipped`. */
  count(name: string, increment: number): void;
}

/** A split and how far it has been read; list state of the source, one element a split. */
export interface SplitState {
  /** Stable over restarts: `rowgroup-3`. */
  readonly split: string;
  /** Where reading goes on; the connector's own. */
  readonly position: JsonValue;
}

export type PollResult<T> =
  | { readonly t: 'rows'; readonly rows: readonly T[] }
  /** Not now; `onAvailable` tells when to ask again. */
  | { readonly t: 'nothing' }
  /** All splits of this reader have been read. It stays open and takes part in checkpoints. */
  | { readonly t: 'exhausted' };

/** Reads the share of one subtask of a source. */
export interface SourceReader<T> {
  /**
   * undefined: a fresh job; the reader lists the splits of the input and takes number subtask, subtask + parallelism, …
   * Otherwise exactly these splits are read on from their positions; none of them makes an exhausted reader.
   * Rejects with a user error when the input is missing or is not what it should be.
   */
  start(restored: readonly SplitState[] | undefined): Promise<void>;
  /** At most `maxRows` rows, at least one. The rows are fresh objects that the caller may keep. */
  poll(maxRows: number): PollResult<T>;
  /** One listener. It is called after a `nothing`, once, possibly at once, never from within `poll`. */
  onAvailable(available: () => void): void;
  /** The splits not read to their end, at the point behind the last row that `poll` returned. */
  snapshot(): readonly SplitState[];
  /** Ends background work and closes files; no callback comes after it. */
  close(): Promise<void>;
}

/** What one `prepareCommit` made durable and a commit makes visible; the sink's own data, state of the sink operator. */
export type Committable = JsonValue;

/**
 * Writes the rows of one subtask of a two-phase sink.
 *
 * Exactly-once is a duty of both sides. The sink operator: calls `prepareCommit(n)` when all barriers of checkpoint n are there and before
 * n is acknowledged; keeps the committables of every n that is not yet known as complete and stores *all* of them in each snapshot (a
 * checkpoint that fails or is subsumed loses no rows: the next one commits them); commits all up to n when n is complete; on restore first
 * commits what the state holds, then calls `Committer.abandonNewer`, then writes. The sink: see each method.
 */
export interface SinkWriter<T> {
  /** Takes the rows in order. The caller asks `isFull` first. */
  write(rows: readonly T[]): void;
  /** True: background writing lags behind; stop writing until `onAvailable`. */
  isFull(): boolean;
  /** One listener, called when a full writer has room again. */
  onAvailable(available: () => void): void;
  /**
   * Ends the part of all rows written so far: those written after this call belong to the next checkpoint, also while the promise is
   * pending. Resolves when the rows are durable, invisible and only a commit away. Empty when there were none.
   */
  prepareCommit(checkpointId: number): Promise<readonly Committable[]>;
  /** Closes files and removes what was begun and not prepared. Prepared parts stay: a checkpoint may own them. */
  close(): Promise<void>;
}

/** The second phase. All methods are idempotent, and tolerate that an older attempt of the subtask did the same. */
export interface Committer {
  /**
   * Makes the parts visible. One that is already visible counts as done; one that is neither prepared nor visible is an error
   * (`sink.committable-lost`): its rows are gone.
   */
  commit(committables: readonly Committable[]): Promise<void>;
  /**
   * Once, on a restore or a fresh start, after `commit` of the restored committables: removes what earlier attempts of this subtask began,
   * and what they prepared for checkpoints newer than `checkpointId` (undefined: all). Never touches what is visible.
   */
  abandonNewer(checkpointId: number | undefined): Promise<void>;
}

/** Both halves of one subtask of a sink. */
export interface SinkConnection<T> {
  readonly writer: SinkWriter<T>;
  readonly committer: Committer;
}

/** Every kind of source and sink that there is; runtime/connectors/ has the one of the product. */
export interface Connectors {
  reader(spec: SourceSpec, context: ConnectorContext): SourceReader<unknown>;
  sink(spec: SinkSpec, context: ConnectorContext): SinkConnection<unknown>;
}
