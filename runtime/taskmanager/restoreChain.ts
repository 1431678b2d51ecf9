import { stateKeyType, type JobStreamGraph, type OperatorSpec } from '../api/operatorSpec';
import type { OperatorId } from '../base/ids';
import type { ChainedOperator } from '../graph/jobGraph';
import type { OperatorKind } from '../graph/streamGraph';
import { keyGroupRangeForOperator } from '../graph/keyGroups';
import type { CloseableRegistry } from '../state/closeableRegistry';
import type { KeyedBackend } from '../state/keyedBackend';
import type { OperatorStateBackend } from '../state/operatorStateBackend';
import type { RecoveryGate } from '../state/recoveryGate';
import type { TaskDeployment } from '../wire/messages';
import { specOf } from './createChain';
import { isCheckpointed } from './operators/checkpointedFunction';
import type { OperatorState, StreamOperator } from './operators/streamOperator';
import type { TaskStateManager } from './taskState';

/** The gate of each operator's steps. */
export type GateOf = (operator: OperatorId) => RecoveryGate;

interface RestoredState {
  readonly keyed: KeyedBackend | undefined;
  readonly operator: OperatorStateBackend | undefined;
}

/**
 * The task's part of a recovery, step by step: per operator of the chain, last first, its context with keyed and operator state, then its
 * timers; afterwards the operators are opened, last first (Flink's `RegularOperatorChain.initializeStateAndOpenOperators`).
 */
export async function restoreChain(
  task: TaskDeployment,
  graph: JobStreamGraph,
  operators: readonly StreamOperator[],
  state: TaskStateManager,
  gateOf: GateOf,
  open: CloseableRegistry,
): Promise<void> {
  const restored: { readonly operator: StreamOperator; readonly state: OperatorState }[] = [];
  try {
    for (const operator of operators.toReversed()) {
      const chained = operator.place.operator;
      const gate = gateOf(chained.operatorId);
      const backends = await gate.step({ k: 'operatorContext' }, async () => ({
        result: await restoreOperator(task, graph, chained, state, gate, open),
      }));
      restored.push({ operator, state: operatorState(task, chained.operatorId, backends) });
      if (backends.keyed !== undefined) await restoreTimers(gate, backends.keyed);
    }
    for (const { operator, state: built } of restored) await operator.open(built);
  } catch (error) {
    // Opened operators have taken their state over and dispose it when they are closed.
    const left = restored.filter(({ operator }) => !operator.hasState);
    for (const { state: built } of left) await Promise.all([built.keyed?.dispose(), built.operator?.dispose()]);
    throw error;
  }
}

/** Operators that keep operator state of their own. */
const ownsLists: ReadonlySet<OperatorKind> = new Set(['source', 'sink', 'broadcastProcess']);

async function restoreOperator(
  task: TaskDeployment,
  graph: JobStreamGraph,
  operator: ChainedOperator,
  state: TaskStateManager,
  gate: RecoveryGate,
  open: CloseableRegistry,
): Promise<RestoredState> {
  const { operatorId, name, kind } = operator;
  const { parallelism, maxParallelism } = task.vertex;
  const of = { operator: operatorId, name, maxParallelism };
  const range = keyGroupRangeForOperator(task.ref.subtask, parallelism, maxParallelism);
  const keyType = stateKeyType(specOf(graph, operator));
  const keyed = keyType === undefined ? undefined : await state.restoreKeyed({ ...of, keyType, range }, gate, open);
  const isStateful = ownsLists.has(kind) || isCheckpointed(functionOf(specOf(graph, operator)));
  // What is stored is kept for the next snapshot also where nobody asks for it.
  const hasLists = isStateful || hasOperatorState(task, operatorId);
  const lists = hasLists ? await state.restoreOperator(operatorId, name, gate, open) : undefined;
  return { keyed, operator: lists };
}

/** The queues were filled with the keyed state; the step tells how many timers there are. */
async function restoreTimers(gate: RecoveryGate, keyed: KeyedBackend): Promise<void> {
  await gate.step({ k: 'timers' }, () => {
    const queues = keyed.describe().filter(({ kind }) => kind === 'timers');
    const entries = queues.reduce((sum, queue) => sum + queue.entries, 0);
    return Promise.resolve({ result: undefined, entries });
  });
}

function operatorState(task: TaskDeployment, operator: OperatorId, backends: RestoredState): OperatorState {
  return {
    ...backends,
    restored: task.restore?.checkpoint,
    hasOperatorState: hasOperatorState(task, operator),
  };
}

function hasOperatorState(task: TaskDeployment, operator: OperatorId): boolean {
  const state = task.restore?.states[operator];
  return state?.managedOperator !== undefined || state?.operatorParts !== undefined;
}

function functionOf(spec: OperatorSpec): unknown {
  if (spec.kind === 'window') return spec.window.windowFunction;
  return 'process' in spec ? spec.process : undefined;
}
