import { attemptKey, type AttemptRef } from '../base/ids';
import type { OperatorState, SubtaskEntry } from '../formats/handles';
import type { JobGraph } from '../graph/jobGraph';
import type { SnapshotTarget, TaskSnapshot } from '../wire/messages';
import type { CheckpointFailureReason, CheckpointKind } from './checkpointRecords';

/** accepted: it counts · duplicate: this attempt had acknowledged · unknown: not an attempt that takes part (fenced). */
export type Acknowledged = 'accepted' | 'duplicate' | 'unknown';

/** How a snapshot ended: exactly one of the ways of {@link CheckpointFailureReason}, or completed. */
export type CheckpointEnd = 'completed' | CheckpointFailureReason;

/** A snapshot that was triggered and is not complete; Flink's `PendingCheckpoint`. Acknowledgements are fenced by attempt. */
export class PendingCheckpoint {
  private readonly awaited: Map<string, AttemptRef>;
  private readonly snapshots = new Map<string, { readonly ref: AttemptRef; readonly snapshot: TaskSnapshot }>();
  private end: CheckpointEnd | undefined;

  constructor(
    readonly kind: CheckpointKind,
    readonly target: SnapshotTarget,
    /** Every attempt that must acknowledge. */
    readonly tasks: readonly AttemptRef[],
    /** Those that had finished before it. */
    readonly finished: readonly AttemptRef[] = [],
  ) {
    this.awaited = new Map(tasks.map((ref) => [attemptKey(ref), ref]));
  }

  get settled(): CheckpointEnd | undefined {
    return this.end;
  }

  get fullyAcknowledged(): boolean {
    return this.awaited.size === 0;
  }

  /** Those that have not acknowledged. */
  get missing(): readonly AttemptRef[] {
    return [...this.awaited.values()];
  }

  get acknowledged(): readonly { readonly ref: AttemptRef; readonly snapshot: TaskSnapshot }[] {
    return [...this.snapshots.values()];
  }

  takesPart(ref: AttemptRef): boolean {
    const key = attemptKey(ref);
    return this.awaited.has(key) || this.snapshots.has(key);
  }

  acknowledge(ref: AttemptRef, snapshot: TaskSnapshot): Acknowledged {
    const key = attemptKey(ref);
    if (this.snapshots.has(key)) return 'duplicate';
    if (!this.awaited.delete(key)) return 'unknown';
    this.snapshots.set(key, { ref, snapshot });
    return 'accepted';
  }

  /** The first end counts; false when there was one before. */
  settle(end: CheckpointEnd): boolean {
    if (this.end !== undefined) return false;
    this.end = end;
    return true;
  }

  /** The acknowledged state by operator, for all operators of the graph, also those without state. */
  operatorStates(graph: JobGraph): OperatorState[] {
    return graph.vertices.flatMap((vertex) => {
      const acknowledged = this.acknowledged
        .filter(({ ref }) => ref.vertex === vertex.id)
        .sort((a, b) => a.ref.subtask - b.ref.subtask);
      const gone = this.finished.filter((ref) => ref.vertex === vertex.id).map(({ subtask }) => subtask);
      const finished = gone.length === vertex.parallelism;
      return vertex.operators.map((operator): OperatorState => ({
        operatorId: operator.operatorId,
        name: operator.name,
        ...(operator.uid === undefined ? {} : { uid: operator.uid }),
        parallelism: vertex.parallelism,
        maxParallelism: vertex.maxParallelism,
        subtasks: finished
          ? []
          : [
              ...acknowledged.flatMap(({ ref, snapshot }): SubtaskEntry[] => {
                const state = snapshot.states[operator.operatorId];
                return state === undefined ? [] : [{ index: ref.subtask, state }];
              }),
              ...gone.map((index): SubtaskEntry => ({ index, state: 'finished' })),
            ],
        finished,
      }));
    });
  }
}
