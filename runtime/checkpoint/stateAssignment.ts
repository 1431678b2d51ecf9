/**
 * Which state of a snapshot goes to which subtask; Flink's `StateAssignmentOperation` for an unchanged parallelism. Refuses, naming the
 * operator, what cannot be restored.
 */
import { userError, type JobStateError } from '../base/errors';
import type { OperatorId, VertexId } from '../base/ids';
import type { OperatorHandle, OperatorState, SubtaskState } from '../formats/handles';
import { areConnected } from '../graph/distribution';
import type { ChainedOperator, JobGraph, JobVertex } from '../graph/jobGraph';
import type { AssignedState } from '../wire/messages';
import { chosenCheckpoint, streamsOf, subtaskStateSizeBytes, type CompletedCheckpoint } from './completedCheckpoint';

/** State by operator, for one subtask; operators without state are absent. */
export type SubtaskAssignment = Readonly<Record<OperatorId, AssignedState>>;

/** Per vertex the assignments by subtask index. Throws a user error when the snapshot does not fit the graph. */
export function assignState(
  checkpoint: CompletedCheckpoint,
  graph: JobGraph,
): ReadonlyMap<VertexId, readonly SubtaskAssignment[]> {
  const assigned = new Map<VertexId, Record<OperatorId, AssignedState>[]>(
    graph.vertices.map(({ id, parallelism }) => [id, Array.from({ length: parallelism }, () => ({}))]),
  );
  const owners = ownersByOperator(graph);
  checkFinished(checkpoint, graph);
  for (const state of checkpoint.metadata.operators) {
    if (!hasState(state)) continue;
    const owner = owners.get(state.operatorId);
    if (owner === undefined) throw unmatched(state, graph, checkpoint);
    checkOperator(state, owner, checkpoint);
    for (const [index, subtask] of withUnionLists(state, owner.vertex.parallelism)) {
      const target = assigned.get(owner.vertex.id)?.[index];
      if (target !== undefined) target[state.operatorId] = subtask;
    }
  }
  return assigned;
}

/** The state of each subtask by index. Every subtask gets the union lists of all, also one that had no state itself. */
function withUnionLists({ subtasks }: OperatorState, parallelism: number): ReadonlyMap<number, AssignedState> {
  const own = new Map<number, SubtaskState>();
  for (const { index, state } of subtasks) if (state !== 'finished') own.set(index, state);
  const lists = [...own]
    .sort(([a], [b]) => a - b)
    .flatMap(([index, { managedOperator }]) => {
      return managedOperator === undefined ? [] : [{ index, handle: managedOperator, union: unionOf(managedOperator) }];
    });
  if (!lists.some(({ union }) => union !== undefined)) return own;
  const assigned = new Map<number, AssignedState>();
  for (let subtask = 0; subtask < parallelism; subtask++) {
    const operatorParts = lists.flatMap(({ index, handle, union }) => (index === subtask ? handle : (union ?? [])));
    assigned.set(subtask, { ...own.get(subtask), operatorParts });
  }
  return assigned;
}

/** The handle without its other states; undefined when there is no union list in it. */
function unionOf(handle: OperatorHandle): OperatorHandle | undefined {
  const states = handle.states.filter(({ mode }) => mode === 'union');
  return states.length === 0 ? undefined : { ...handle, states };
}

interface Owner {
  readonly vertex: JobVertex;
  readonly operator: ChainedOperator;
}

function ownersByOperator(graph: JobGraph): ReadonlyMap<OperatorId, Owner> {
  return new Map(
    graph.vertices.flatMap((vertex) =>
      vertex.operators.map((operator): [OperatorId, Owner] => [operator.operatorId, { vertex, operator }]),
    ),
  );
}

function hasState(state: OperatorState): boolean {
  return state.coordinatorState !== undefined || state.subtasks.some((entry) => !isEmpty(entry.state));
}

function isEmpty(state: SubtaskState | 'finished'): boolean {
  return state === 'finished' || streamsOf(state).next().done === true;
}

function checkOperator(state: OperatorState, { vertex, operator }: Owner, checkpoint: CompletedCheckpoint): void {
  const name = operator.uid ?? operator.name;
  const refuse = (code: string, message: string, advice: string): JobStateError =>
    userError(code, message, advice, { subject: { operator: name, file: checkpoint.directory } });
  if (state.maxParallelism !== vertex.maxParallelism) {
    throw refuse(
      'restore.max-parallelism',
      `The state of operator ${name} was written with max parallelism ${state.maxParallelism}, the job has ${vertex.maxParallelism}.`,
      `Keys are spread over key groups by it, so it cannot change: set the max parallelism to ${state.maxParallelism}.`,
    );
  }
  if (state.parallelism !== vertex.parallelism) {
    throw refuse(
      'restore.parallelism',
      `The state of operator ${name} was written with parallelism ${state.parallelism}, the job has ${vertex.parallelism}; another parallelism is not possible for now.`,
      `Start the job with parallelism ${state.parallelism}.`,
    );
  }
  if (state.subtasks.some((entry) => entry.state !== 'finished' && hasChannelState(entry.state))) {
    throw refuse(
      'restore.unaligned',
      `The snapshot holds records in flight for operator ${name} (an unaligned checkpoint), which is not possible for now.`,
      'Use a savepoint or an aligned checkpoint.',
    );
  }
}

function hasChannelState(state: SubtaskState): boolean {
  return (state.inputChannels?.length ?? 0) + (state.resultSubpartitions?.length ?? 0) > 0;
}

/**
 * What has finished does not run again: that works where it exchanged records only with others that have finished, too, as all that the
 * embedded runtime writes. Flink's tasks finish one by one.
 */
function checkFinished(checkpoint: CompletedCheckpoint, graph: JobGraph): void {
  const { finished = [] } = chosenCheckpoint(checkpoint);
  const hasFinished = (vertex: VertexId, subtask: number): boolean =>
    finished.some((one) => one.vertex === vertex && (one.subtasks === 'all' || one.subtasks.includes(subtask)));
  const subtasksOf = (id: VertexId): readonly { readonly subtask: number; readonly parallelism: number }[] => {
    const parallelism = graph.vertices.find((vertex) => vertex.id === id)?.parallelism ?? 0;
    return Array.from({ length: parallelism }, (_, subtask) => ({ subtask, parallelism }));
  };
  for (const { from, to, ship } of graph.edges) {
    for (const producer of subtasksOf(from)) {
      for (const consumer of subtasksOf(to)) {
        if (!areConnected(ship, producer, consumer)) continue;
        if (hasFinished(from, producer.subtask) !== hasFinished(to, consumer.subtask)) throw partlyFinished(checkpoint);
      }
    }
  }
  const all = graph.vertices.every(({ id }) => subtasksOf(id).every(({ subtask }) => hasFinished(id, subtask)));
  if (all && finished.length > 0) throw partlyFinished(checkpoint);
}

function partlyFinished({ directory }: CompletedCheckpoint): JobStateError {
  return userError(
    'restore.finished',
    'In this snapshot tasks had already finished, and not just those of a part of the job that is unconnected with the rest.',
    'Use a snapshot that was taken before the end of the input.',
    { subject: { file: directory } },
  );
}

/** State that nobody takes would be lost silently. */
function unmatched(state: OperatorState, graph: JobGraph, checkpoint: CompletedCheckpoint): JobStateError {
  const sizeBytes = state.subtasks.reduce(
    (sum, entry) => sum + (entry.state === 'finished' ? 0 : subtaskStateSizeBytes(entry.state)),
    0,
  );
  const what =
    state.uid === undefined
      ? `operator ${state.operatorId}${state.name === undefined ? '' : ` (${state.name})`}`
      : `operator uid '${state.uid}' (${state.operatorId})`;
  const uids = graph.vertices.flatMap(({ operators }) =>
    operators.flatMap(({ uid }) => (uid === undefined ? [] : [uid])),
  );
  return userError(
    'restore.unmatched-state',
    `The snapshot holds ${sizeBytes} bytes of state for ${what}, which the job does not have.`,
    `Give the operator that takes this state the same uid again${uids.length === 0 ? '' : `; the job has ${uids.join(', ')}`}.`,
    { subject: { operator: state.uid ?? state.operatorId, file: checkpoint.directory } },
  );
}
