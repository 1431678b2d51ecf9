import type { Disposable, Env } from '../base/env';
import { errorData, type ErrorData, type JobStateError } from '../base/errors';
import { id as brand, type AttemptRef, type CheckpointId, type JobId } from '../base/ids';
import type { CheckpointConfig } from '../graph/executionConfig';
import type { JobGraph } from '../graph/jobGraph';
import type { SnapshotMetrics, SnapshotTarget, TaskSnapshot } from '../wire/messages';
import { checkpointProperties, savepointProperties } from '../formats/metadata/snapshotProperties';
import { writtenVersion } from '../formats/metadata/metadata';
import { AbortedSnapshots } from './abortedSnapshots';
import { checkpointDirectory } from './checkpointDirectories';
import { afterCompletion, afterFailure, noFailures, type FailureCount } from './checkpointFailureManager';
import { checkpointFailure, declineReason } from './checkpointFailures';
import type { CheckpointGateway, CheckpointListener, CheckpointPlan } from './checkpointGateway';
import type { CheckpointFailureReason, CheckpointKind } from './checkpointRecords';
import { nextRequest, oneTooMany } from './checkpointRequestDecider';
import { CheckpointStatsTracker } from './checkpointStatsTracker';
import { subtaskStateSizeBytes, type CompletedCheckpoint } from './completedCheckpoint';
import type { CompletedCheckpointStore } from './completedCheckpointStore';
import { stateSizeBytes } from './fileSystemStateStore';
import { finishedUnionLists } from './finishedUnionLists';
import { PendingCheckpoint } from './pendingCheckpoint';
import { PeriodicTrigger } from './periodicTrigger';
import type { StateStore } from './stateStore';

export interface CheckpointSetup {
  readonly job: JobId;
  readonly graph: JobGraph;
  readonly config: CheckpointConfig;
  /** Holds `chk-<n>`. */
  readonly directory: string;
  /** The highest id that was ever used: the next one is greater. */
  readonly lastId: number;
}

/** A snapshot that somebody wants. Exactly one of the two functions is called, before anything else is heard of the snapshot. */
export interface CheckpointRequest {
  readonly kind: CheckpointKind;
  /** Absent: `chk-<n>`. */
  readonly directory?: string;
  readonly periodic?: true;
  readonly triggered: (id: CheckpointId) => void;
  readonly refused: (error: JobStateError) => void;
}

interface Running {
  readonly pending: PendingCheckpoint;
  /** As the plan of the snapshot had it. */
  readonly dataFinished: readonly AttemptRef[];
  readonly timeout: Disposable;
  storing: boolean;
}

/**
 * Takes the snapshots of one job, one at a time; Flink's `CheckpointCoordinator`. Periodic ones run between {@link startScheduler} and
 * {@link stopScheduler}; others are asked for. A snapshot that does not complete leaves no directory.
 */
export abstract class CheckpointCoordinator {
  readonly stats = new CheckpointStatsTracker();
  private running: Running | undefined;
  private readonly queue: CheckpointRequest[] = [];
  private nextId: number;
  private failures: FailureCount = noFailures;
  private closed = false;
  private readonly aborted: AbortedSnapshots;
  private readonly periodic: PeriodicTrigger;

  constructor(
    protected readonly env: Env,
    protected readonly setup: CheckpointSetup,
    private readonly gateway: CheckpointGateway,
    private readonly stateStore: StateStore<CompletedCheckpoint>,
    private readonly completedStore: CompletedCheckpointStore,
    private readonly listener: CheckpointListener,
  ) {
    this.nextId = setup.lastId + 1;
    this.aborted = new AbortedSnapshots(env);
    this.periodic = new PeriodicTrigger(env.clock, setup.config, () => this.triggerPeriodic());
  }

  /** All tasks run: periodic checkpoints begin, the first one after an interval. */
  startScheduler(): void {
    if (this.periodic.isOn || this.closed) return;
    this.periodic.start();
  }

  /** The tasks are going to be restarted, stopped or cancelled: what is under way or waits ends with this reason. */
  stopScheduler(reason: CheckpointFailureReason, cause?: ErrorData): void {
    this.pausePeriodic();
    const waiting = this.queue.splice(0);
    if (this.running !== undefined) this.abort(this.running, reason, cause);
    for (const request of waiting) request.refused(checkpointFailure(nameOf(request.kind), reason, cause));
  }

  /** No more periodic checkpoints; what is under way goes on. */
  pausePeriodic(): void {
    this.periodic.stop();
  }

  /** Ends everything for good; resolves when the directories of aborted snapshots are gone. */
  async shutdown(reason: CheckpointFailureReason): Promise<void> {
    this.stopScheduler(reason);
    this.closed = true;
    await this.aborted.removed();
  }

  /** Takes a snapshot as soon as no other is under way; savepoints go first. */
  triggerCheckpoint(request: CheckpointRequest): void {
    if (this.closed) {
      request.refused(checkpointFailure(nameOf(request.kind), 'shutdown'));
      return;
    }
    this.queue.push(request);
    const excess = oneTooMany(this.queue);
    if (excess !== undefined) this.refuse(excess, 'too-many-requests');
    this.next();
  }

  /** From a task. Those of older attempts and of snapshots that are over are dropped; the return value says so. */
  acknowledge(ref: AttemptRef, checkpoint: CheckpointId, snapshot: TaskSnapshot, metrics: SnapshotMetrics): boolean {
    const running = this.current(checkpoint);
    if (running === undefined) {
      this.aborted.removeLeftovers(checkpoint);
      return false;
    }
    if (running.pending.acknowledge(ref, snapshot) !== 'accepted') return false;
    const sizeBytes = Object.values(snapshot.states).reduce((sum, state) => sum + subtaskStateSizeBytes(state), 0);
    this.stats.acknowledged(checkpoint, ref.vertex, ref.subtask, this.env.clock.wallMs(), snapshot, metrics, sizeBytes);
    this.listener.changed(checkpoint);
    if (running.pending.fullyAcknowledged) this.allAcknowledged(running);
    return true;
  }

  /** From a task that could not take its snapshot. */
  decline(ref: AttemptRef, checkpoint: CheckpointId, error: ErrorData): boolean {
    const running = this.current(checkpoint);
    if (running?.pending.takesPart(ref) !== true) return false;
    this.abort(running, declineReason(error), error);
    return true;
  }

  /** Called once for every snapshot that completed, before the listener. */
  protected abstract onFullyAcknowledgedCheckpoint(checkpoint: CompletedCheckpoint): void;

  /** Called once for every triggered snapshot that did not complete, before the listener. */
  protected abstract onFailedCheckpoint(checkpoint: CheckpointId, error: JobStateError): void;

  private current(checkpoint: CheckpointId): Running | undefined {
    const running = this.running;
    return running?.pending.target.checkpoint === checkpoint && running.pending.settled === undefined
      ? running
      : undefined;
  }

  private triggerPeriodic(): void {
    if (this.queue.some((request) => request.periodic === true)) return;
    this.triggerCheckpoint({
      kind: 'CHECKPOINT',
      periodic: true,
      triggered: () => undefined,
      refused: (error) => this.env.log.debug('a periodic checkpoint was not taken', { error: error.message }),
    });
  }

  private next(): void {
    const { pauseLeftMs } = this.periodic;
    const decision = nextRequest(this.queue, { underWay: this.running !== undefined, pauseLeftMs });
    if (decision.d === 'wait') return;
    if (decision.d === 'refuse') {
      this.periodic.later(decision.afterMs);
      this.refuse(decision.index, decision.reason);
      this.next();
      return;
    }
    const request = this.queue.splice(decision.index, 1)[0];
    if (request === undefined) return;
    const plan = this.gateway.plan();
    if (plan.ready) this.start(request, plan);
    else {
      const why = errorData(checkpointFailure(nameOf(request.kind), 'not-all-tasks-running'));
      request.refused(checkpointFailure(nameOf(request.kind), 'not-all-tasks-running', { ...why, message: plan.why }));
      this.next();
    }
  }

  private refuse(index: number, reason: CheckpointFailureReason): void {
    const [request] = this.queue.splice(index, 1);
    request?.refused(checkpointFailure(nameOf(request.kind), reason));
  }

  private start(request: CheckpointRequest, plan: Extract<CheckpointPlan, { ready: true }>): void {
    const id = brand<CheckpointId>(this.nextId++);
    const target: SnapshotTarget = {
      checkpoint: id,
      type:
        request.kind === 'CHECKPOINT'
          ? { t: 'checkpoint' }
          : { t: 'savepoint', format: 'canonical', thenStop: request.kind === 'SYNC_SAVEPOINT' },
      directory: request.directory ?? checkpointDirectory(this.setup.directory, id),
      timestampMs: this.env.clock.wallMs(),
    };
    const running: Running = {
      pending: new PendingCheckpoint(request.kind, target, plan.acknowledge, plan.finished),
      dataFinished: plan.dataFinished,
      timeout: this.env.clock.after(this.setup.config.timeoutMs, 'holdable', () => this.abort(running, 'expired')),
      storing: false,
    };
    this.running = running;
    request.triggered(id);
    const vertices = this.setup.graph.vertices.map(({ id: vertex, parallelism }) => ({ vertex, parallelism }));
    this.stats.triggered(id, request.kind, target.timestampMs, vertices);
    for (const { vertex, subtask } of plan.finished) this.stats.finished(id, vertex, subtask, target.timestampMs);
    this.listener.changed(id);
    this.env.disk.makeDirectory(target.directory).then(
      () => {
        // Aborted meanwhile: its directory was removed before it was there.
        if (running.pending.settled !== undefined) this.aborted.removeDirectory(target.directory);
        else for (const ref of plan.trigger) this.gateway.triggerCheckpoint(ref, target);
      },
      (error: unknown) => this.abort(running, 'trigger-failed', errorData(error)),
    );
  }

  private allAcknowledged(running: Running): void {
    const { acknowledged, finished } = running.pending;
    const { dataFinished } = running;
    const refused = finishedUnionLists(this.setup.graph, { acknowledged, finished, dataFinished });
    if (refused === undefined) void this.store(running);
    else this.abort(running, 'task-not-ready', refused);
  }

  private async store(running: Running): Promise<void> {
    const { pending } = running;
    const { checkpoint: id, directory, timestampMs } = pending.target;
    running.storing = true;
    const metadata: CompletedCheckpoint['metadata'] = {
      version: writtenVersion,
      checkpointId: id,
      masterStates: [],
      operators: pending.operatorStates(this.setup.graph),
      properties: this.properties(pending.kind),
    };
    const completed: CompletedCheckpoint = {
      id,
      kind: pending.kind,
      directory,
      triggerMs: timestampMs,
      metadata,
      stateSizeBytes: stateSizeBytes(metadata),
    };
    try {
      await this.stateStore.putState(completed);
    } catch (error) {
      running.storing = false;
      if (pending.settled === undefined) this.abort(running, 'store-failed', errorData(error));
      else this.aborted.removeDirectory(directory);
      return;
    }
    running.storing = false;
    if (pending.settle('completed')) this.complete(running, completed);
    else this.aborted.removeDirectory(directory); // aborted while it was written: its tasks restart from an older one
  }

  private properties(kind: CheckpointKind): NonNullable<CompletedCheckpoint['metadata']['properties']> {
    if (kind === 'CHECKPOINT') return checkpointProperties(this.setup.config.retainOnCancellation);
    return savepointProperties('CANONICAL', kind === 'SAVEPOINT' ? 'NONE' : 'SUSPEND');
  }

  private complete(running: Running, completed: CompletedCheckpoint): void {
    const savepoint = completed.kind !== 'CHECKPOINT';
    this.ended(running);
    this.failures = afterCompletion(this.failures, completed.id);
    if (!savepoint) this.completedStore.add(completed);
    this.stats.completed(completed.id, this.env.clock.wallMs(), completed.directory);
    this.gateway.notifyComplete(completed.id, savepoint);
    this.onFullyAcknowledgedCheckpoint(completed);
    this.listener.changed(completed.id);
    this.listener.completed(completed, running.dataFinished);
    this.next();
  }

  private abort(running: Running, reason: CheckpointFailureReason, cause?: ErrorData): void {
    const { pending } = running;
    if (!pending.settle(reason)) return;
    const { checkpoint: id, directory } = pending.target;
    const error = checkpointFailure(`${nameOf(pending.kind)} ${id}`, reason, cause);
    this.ended(running);
    this.stats.failed(id, this.env.clock.wallMs(), reason, error.message);
    this.gateway.notifyAborted(id);
    this.aborted.remember(id, directory);
    if (!running.storing) this.aborted.removeDirectory(directory);
    this.onFailedCheckpoint(id, error);
    this.listener.changed(id);
    this.listener.failed(id, pending.kind, error);
    const { count, failsJob } = afterFailure(
      this.failures,
      { id, kind: pending.kind, reason },
      this.setup.config.tolerableFailures,
    );
    this.failures = count;
    if (failsJob) this.listener.tolerableFailuresExceeded(error);
    this.next();
  }

  private ended(running: Running): void {
    running.timeout.dispose();
    this.periodic.snapshotEnded();
    this.running = undefined;
  }
}

function nameOf(kind: CheckpointKind): string {
  return kind === 'CHECKPOINT' ? 'Checkpoint' : 'Savepoint';
}
