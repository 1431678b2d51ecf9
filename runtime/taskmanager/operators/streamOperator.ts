import type { CheckpointId } from '../../base/ids';
import type { KeyedHandle, OperatorHandle } from '../../formats/handles';
import type { CloseableRegistry } from '../../state/closeableRegistry';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { OperatorStateBackend } from '../../state/operatorStateBackend';
import type { SnapshotResult } from '../../state/snapshotResult';
import type { RowBatch } from '../../wire/batch';
import type { SnapshotTarget } from '../../wire/messages';
import type { SnapshotStreams } from '../taskState';
import type { OperatorPlace } from './userFailure';

/** The state of an operator after its restore. */
export interface OperatorState {
  readonly keyed: KeyedBackend | undefined;
  readonly operator: OperatorStateBackend | undefined;
  /** The checkpoint that the task starts from; undefined on a fresh start. */
  readonly restored: CheckpointId | undefined;
  /** True when that checkpoint holds operator state of this operator, be it an empty list. */
  readonly hasOperatorState: boolean;
}

/** A snapshot of one operator whose synchronous part is done. */
export interface OperatorSnapshot {
  /** Settles when records may be processed again; absent: at once. */
  readonly synced: Promise<void> | undefined;
  readonly keyed: Promise<SnapshotResult<KeyedHandle>> | undefined;
  readonly operator: Promise<SnapshotResult<OperatorHandle>> | undefined;
}

/** What firing timers gave. */
export interface Advanced {
  readonly batch: RowBatch | undefined;
  /** False: more timers are due, call again. */
  readonly done: boolean;
}

/** Rows of a side output. */
export interface SideBatch {
  readonly tag: string;
  readonly batch: RowBatch;
}

const noSideOutputs: readonly SideBatch[] = [];

const advanced: Advanced = { batch: undefined, done: true };

/** One operator of a chain. It takes whole batches and returns what it emits, so that a chain can be cut at any row. */
export abstract class StreamOperator {
  protected state: OperatorState = {
    keyed: undefined,
    operator: undefined,
    restored: undefined,
    hasOperatorState: false,
  };

  constructor(readonly place: OperatorPlace) {}

  /** After the restore of its state and before any row; the last operator of a chain first. */
  open(state: OperatorState): Promise<void> {
    this.state = state;
    return Promise.resolve();
  }

  /**
   * Returns the rows of the main output; undefined or an empty batch when there are none.
   * @param input of an operator with several: which one, from 0
   */
  abstract processBatch(batch: RowBatch, input: number): RowBatch | undefined;

  /** What was emitted to side outputs since the last call. */
  takeSideOutputs(): readonly SideBatch[] {
    return noSideOutputs;
  }

  /** What must come before `processBatch` of this batch; undefined when everything is at hand. */
  prefetch(batch: RowBatch): Promise<void> | undefined {
    const { keys, keyGroups } = batch;
    if (this.state.keyed === undefined || keys === undefined || keyGroups === undefined) return undefined;
    return this.state.keyed.prefetch({ keys, keyGroups });
  }

  /** Event time has reached the watermark: fires timers, stopping after about `maxRows` of them. */
  advanceTo(watermarkMs: number, maxRows: number): Advanced;
  advanceTo(): Advanced {
    return advanced;
  }

  /** Fires the processing-time timers that are due. */
  advanceProcessingTime(nowMs: number, maxRows: number): Advanced;
  advanceProcessingTime(): Advanced {
    return advanced;
  }

  /** Time of the next processing-time timer, epoch ms. */
  get nextProcessingTimeMs(): number | undefined {
    return undefined;
  }

  /** True: it cannot take a batch now; its `onAvailable` will tell. */
  get isFull(): boolean {
    return false;
  }

  /** Rows that came too late and went nowhere, of operators that drop such rows. */
  get lateRecordsDropped(): number | undefined {
    return undefined;
  }

  /** All barriers are here: the state as it is now belongs to the snapshot. */
  snapshot(target: SnapshotTarget, out: SnapshotStreams, open: CloseableRegistry): OperatorSnapshot {
    const prepared = this.prepareSnapshot(target);
    const { keyed, operator } = this.state;
    const running = keyed?.snapshot(target.checkpoint, target.type, out.keyed, open);
    return {
      synced: running?.synced,
      keyed: running?.result,
      operator:
        operator && after(prepared, () => operator.snapshot(target.checkpoint, target.type, out.operator, open).result),
    };
  }

  /** Brings the operator state up to date; its snapshot waits for the promise, the rows do not. */
  protected prepareSnapshot(target: SnapshotTarget): Promise<void> | undefined;
  protected prepareSnapshot(): Promise<void> | undefined {
    return undefined;
  }

  /** `commits`: what two-phase sinks have prepared up to here becomes visible. */
  checkpointComplete(checkpoint: CheckpointId, commits: boolean): Promise<void>;
  checkpointComplete(checkpoint: CheckpointId): Promise<void> {
    this.state.keyed?.confirm(checkpoint);
    return Promise.resolve();
  }

  checkpointAborted(checkpoint: CheckpointId): void {
    this.state.keyed?.abort(checkpoint);
  }

  /** Also after a failure; may be called before `open`. */
  async close(): Promise<void> {
    await this.state.keyed?.dispose();
    await this.state.operator?.dispose();
  }

  /** True once it was opened with its state. */
  get hasState(): boolean {
    return this.state.keyed !== undefined || this.state.operator !== undefined;
  }

  get keyedBackend(): KeyedBackend | undefined {
    return this.state.keyed;
  }

  get operatorStateBackend(): OperatorStateBackend | undefined {
    return this.state.operator;
  }
}

function after<T>(first: Promise<void> | undefined, then: () => Promise<T>): Promise<T> {
  return first === undefined ? then() : first.then(then);
}
