import type { Env } from '../base/env';
import { errorData, JobStateError } from '../base/errors';
import type { AttemptRef, CheckpointId, FaultId, OperatorId } from '../base/ids';
import { streamHandleSizeBytes } from '../formats/handleSize';
import type { KeyedHandle, OperatorHandle, SubtaskState } from '../formats/handles';
import { CloseableRegistry } from '../state/closeableRegistry';
import type { LocalCopy } from '../state/snapshotResult';
import type { FromTaskManager, SnapshotMetrics, SnapshotTarget } from '../wire/messages';
import type { OperatorSnapshot, StreamOperator } from './operators/streamOperator';
import { userFailure, type OperatorPlace } from './operators/userFailure';
import type { TaskStateManager } from './taskState';

interface Timing {
  readonly alignmentMs: number;
  readonly syncMs: number;
  readonly startDelayMs: number;
}

interface OperatorResult {
  readonly operator: OperatorId;
  readonly state: SubtaskState;
  readonly local: LocalCopy | undefined;
}

/**
 * The snapshots of one task: the synchronous part at the barrier, the asynchronous part between batches, the acknowledgement, and what
 * follows from the JobManager's word; Flink's `SubtaskCheckpointCoordinator`.
 */
export class SubtaskCheckpoints {
  private readonly running = new Map<CheckpointId, CloseableRegistry>();
  private commits: Promise<void> = Promise.resolve();
  /** The savepoint that ends the job: its completion commits, unlike that of others. */
  private stopCheckpoint: CheckpointId | undefined;
  private latestAborted = 0;
  /** A failure on demand: the next checkpoint is declined. */
  private declining: FaultId | undefined;

  constructor(
    private readonly env: Env,
    private readonly ref: AttemptRef,
    private readonly operators: readonly StreamOperator[],
    private readonly state: TaskStateManager,
    private readonly send: (message: FromTaskManager) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** False for a checkpoint that was aborted before its barrier came. */
  wants(target: SnapshotTarget): boolean {
    return target.checkpoint > this.latestAborted && !this.running.has(target.checkpoint);
  }

  /**
   * The synchronous part. The result settles when rows may be processed again; absent: at once. The barrier is sent on by the caller
   * right after this call.
   */
  begin(target: SnapshotTarget, alignmentMs: number): Promise<void> | undefined {
    const { clock } = this.env;
    const startMs = clock.monoMs();
    const startDelayMs = Math.max(0, clock.wallMs() - target.timestampMs);
    if (target.type.t === 'savepoint' && target.type.thenStop) this.stopCheckpoint = target.checkpoint;
    const open = new CloseableRegistry();
    this.running.set(target.checkpoint, open);
    const snapshots: OperatorSnapshot[] = [];
    try {
      this.declineOnDemand(target);
      const streams = this.state.streams(target);
      for (const operator of this.operators) snapshots.push(operator.snapshot(target, streams, open));
    } catch (error) {
      for (const snapshot of snapshots) giveUp(snapshot);
      this.decline(target, error);
      return undefined;
    }
    const timing = { alignmentMs, startDelayMs, syncMs: clock.monoMs() - startMs };
    this.finish(target, snapshots, open, timing).catch((error: unknown) => this.decline(target, error));
    const synced = snapshots.flatMap((snapshot) => (snapshot.synced === undefined ? [] : [snapshot.synced]));
    return synced.length === 0 ? undefined : Promise.all(synced).then(() => undefined);
  }

  declineNext(fault: FaultId): void {
    this.declining = fault;
  }

  /** False when the failure does not wait here. */
  disarm(fault: FaultId): boolean {
    if (this.declining !== fault) return false;
    this.declining = undefined;
    return true;
  }

  /** This task will not take part: a newer barrier has overtaken the alignment. */
  superseded(target: SnapshotTarget): void {
    const error = new JobStateError(
      'checkpoint.superseded',
      `The barrier of a newer checkpoint came before all of checkpoint ${target.checkpoint}.`,
      { domain: 'external', retry: 'backoff' },
    );
    this.send({ m: 'decline', ref: this.ref, checkpoint: target.checkpoint, error: errorData(error) });
  }

  complete(checkpoint: CheckpointId, savepoint: boolean): void {
    const commits = !savepoint || this.stopCheckpoint === checkpoint;
    this.commits = this.commits
      .then(async () => {
        for (const operator of this.operators) await operator.checkpointComplete(checkpoint, commits);
        if (!savepoint) await this.state.confirm(checkpoint);
      })
      .catch((error: unknown) => this.failed(error));
  }

  abort(checkpoint: CheckpointId): void {
    this.latestAborted = Math.max(this.latestAborted, checkpoint);
    this.cancel(checkpoint);
    for (const operator of this.operators) operator.checkpointAborted(checkpoint);
    this.state.abort(checkpoint).catch((error: unknown) => this.failed(error));
  }

  /** When all that was announced as complete is committed. */
  committed(): Promise<void> {
    return this.commits;
  }

  /** The task ends: what is not acknowledged yet is given up. */
  async close(): Promise<void> {
    const open = [...this.running.values()];
    if (this.declining !== undefined)
      this.faultFired(this.declining, false, 'The task ended before a checkpoint came.');
    this.running.clear();
    await Promise.allSettled(open.map((each) => each.close()));
  }

  private declineOnDemand({ checkpoint }: SnapshotTarget): void {
    const fault = this.declining;
    if (fault === undefined) return;
    this.faultFired(fault, true, `Checkpoint ${checkpoint} was declined.`);
    throw new JobStateError('fault.injected', 'declined, as you asked for', { domain: 'user', retry: 'backoff' });
  }

  private faultFired(id: FaultId, fired: boolean, outcome: string): void {
    this.declining = undefined;
    this.send({ m: 'faultFired', id, fired, outcome });
  }

  private async finish(
    target: SnapshotTarget,
    snapshots: readonly OperatorSnapshot[],
    open: CloseableRegistry,
    timing: Timing,
  ): Promise<void> {
    const startMs = this.env.clock.monoMs();
    const { checkpoint } = target;
    const results = await Promise.all(
      this.operators.map((operator, index) => resultOf(operator.place, snapshots[index])),
    );
    open.check();
    const copies = new Map(results.flatMap((each) => (each.local === undefined ? [] : [[each.operator, each.local]])));
    const local = await this.state.storeLocal(checkpoint, copies);
    open.check();
    if (this.running.get(checkpoint) !== open) return;
    this.running.delete(checkpoint);
    const states = Object.fromEntries(
      results.filter(({ state }) => Object.keys(state).length > 0).map((each) => [each.operator, each.state]),
    );
    const metrics: SnapshotMetrics = {
      ...timing,
      asyncMs: this.env.clock.monoMs() - startMs,
      stateSizeBytes: results.reduce((sum, each) => sum + stateSizeBytes(each.state), 0),
    };
    this.send({ m: 'acknowledge', ref: this.ref, checkpoint, state: { states, local }, metrics });
  }

  private decline(target: SnapshotTarget, error: unknown): void {
    if (!this.running.has(target.checkpoint)) return;
    this.cancel(target.checkpoint);
    this.send({ m: 'decline', ref: this.ref, checkpoint: target.checkpoint, error: errorData(error) });
  }

  private cancel(checkpoint: CheckpointId): void {
    const open = this.running.get(checkpoint);
    this.running.delete(checkpoint);
    open?.close().catch((error: unknown) => {
      this.env.log.warn(`closing the streams of checkpoint ${checkpoint} failed`, { error: String(error) });
    });
  }
}

async function resultOf(place: OperatorPlace, snapshot: OperatorSnapshot | undefined): Promise<OperatorResult> {
  const stored = Promise.all([snapshot?.keyed, snapshot?.operator]);
  const [keyed, list] = await stored.catch((error: unknown) => {
    throw notStored(place, error);
  });
  const managedKeyed = keyed?.jobManagerOwned;
  const managedOperator = list?.jobManagerOwned;
  return {
    operator: place.operator.operatorId,
    state: {
      ...(managedKeyed === undefined ? {} : { managedKeyed }),
      ...(managedOperator === undefined ? {} : { managedOperator }),
    },
    local: keyed?.taskLocal,
  };
}

/** Says whose state cannot be stored where that is the job's fault, and not that of the disk. */
function notStored(place: OperatorPlace, error: unknown): unknown {
  const isValue = error instanceof JobStateError && error.code === 'state.value';
  return isValue ? userFailure(place, error, 'its snapshot') : error;
}

function stateSizeBytes(state: SubtaskState): number {
  return keyedSizeBytes(state.managedKeyed) + operatorSizeBytes(state.managedOperator);
}

/** The embedded runtime writes key-group files only. */
function keyedSizeBytes(handle: KeyedHandle | undefined): number {
  return handle !== undefined && (handle.t === 'keyGroups' || handle.t === 'savepoint')
    ? streamHandleSizeBytes(handle.data)
    : 0;
}

function operatorSizeBytes(handle: OperatorHandle | undefined): number {
  return handle === undefined ? 0 : streamHandleSizeBytes(handle.data);
}

/** Its streams are closed by the registry; what its promises say is of no interest any more. */
function giveUp(snapshot: OperatorSnapshot): void {
  snapshot.keyed?.catch(() => undefined);
  snapshot.operator?.catch(() => undefined);
  snapshot.synced?.catch(() => undefined);
}
