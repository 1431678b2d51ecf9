import { JobStateError, type ErrorData, errorData } from '../base/errors';
import { attemptKey, type AttemptRef } from '../base/ids';
import type { SubtaskState } from '../formats/handles';
import type { JobGraph, JobVertex } from '../graph/jobGraph';
import type { TaskSnapshot } from '../wire/messages';

/** What is known of a snapshot when all tasks have acknowledged it. */
export interface Acknowledgements {
  readonly acknowledged: readonly { readonly ref: AttemptRef; readonly snapshot: TaskSnapshot }[];
  /** Tasks that had finished before it. */
  readonly finished: readonly AttemptRef[];
  /** Tasks that take part, but had passed the end of their input on. */
  readonly dataFinished: readonly AttemptRef[];
}

/**
 * After a restore each subtask gets the elements of all from a union list; those of a subtask that has finished are not in the snapshot.
 * So one that was taken while some subtasks of such an operator have finished and others work is refused; Flink's
 * `DefaultCheckpointPlan.checkNoPartlyFinishedOperatorsUsedUnionListState`. undefined: there is no such operator.
 */
export function finishedUnionLists(graph: JobGraph, acknowledgements: Acknowledgements): ErrorData | undefined {
  const { finished, dataFinished, acknowledged } = acknowledgements;
  const done = new Set(dataFinished.map(attemptKey));
  for (const vertex of graph.vertices) {
    const gone = finished.filter((ref) => ref.vertex === vertex.id).length;
    const rest = acknowledged.filter(({ ref }) => ref.vertex === vertex.id);
    const works = rest.some(({ ref }) => !done.has(attemptKey(ref)));
    if (gone === 0 || !works) continue;
    if (rest.some(({ snapshot }) => Object.values(snapshot.states).some(hasUnionList))) return refusal(vertex, gone);
  }
  return undefined;
}

function hasUnionList({ managedOperator }: SubtaskState): boolean {
  return managedOperator?.states.some(({ mode }) => mode === 'union') === true;
}

function refusal({ name, parallelism }: JobVertex, gone: number): ErrorData {
  return errorData(
    new JobStateError(
      'checkpoint.union-list',
      `${name} has union list state, and ${gone} of its ${parallelism} subtasks have finished: what they held would be missing.`,
      {
        domain: 'external',
        retry: 'backoff',
        advice:
          'Checkpoints complete again when all subtasks of the operator have read their input. Connect the subtasks by keyBy or rebalance, so that they finish together.',
      },
    ),
  );
}
