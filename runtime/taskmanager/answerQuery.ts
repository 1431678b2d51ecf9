import { unreachable, userError } from '../base/errors';
import type { OperatorId } from '../base/ids';
import type { KeyedEntry } from '../state/keyedBackend';
import type { StateAnswer, StateEntry, StateMetrics, StateQuery } from '../wire/messages';
import type { StreamOperator } from './operators/streamOperator';

/** Answers a question about the state of a task between two batches. Fails with `state.unknown` or `state.key-syntax`. */
export function answerQuery(operators: readonly StreamOperator[], subtask: number, query: StateQuery): StateAnswer {
  const at = (entry: KeyedEntry): StateEntry => ({ ...entry, subtask });
  switch (query.q) {
    case 'describe':
      return { a: 'describe', states: describeStates(operators) };
    case 'entries': {
      const operator = find(operators, query.operator);
      if (isListState(operator, query.state)) return listEntries(operator, query, at);
      const backend = operator.keyedBackend ?? unknownState(operator, query.state);
      const { entries, total, next } = backend.entries(query.state, query.limit, query.after);
      return { a: 'entries', entries: entries.map(at), total, ...(next === undefined ? {} : { next }) };
    }
    case 'lookup': {
      const operator = find(operators, query.operator);
      const backend = operator.keyedBackend ?? unknownState(operator, query.state);
      const entry = backend.lookup(query.state, query.key);
      return { a: 'lookup', ...(entry === undefined ? {} : { entry: at(entry) }) };
    }
    default:
      return unreachable(query);
  }
}

export function describeStates(operators: readonly StreamOperator[]): readonly StateMetrics[] {
  return operators.flatMap(({ place, keyedBackend, operatorStateBackend }) =>
    [...(keyedBackend?.describe() ?? []), ...(operatorStateBackend?.describe() ?? [])].map((description) => ({
      operator: place.operator.operatorId,
      ...description,
    })),
  );
}

function listEntries(
  operator: StreamOperator,
  query: Extract<StateQuery, { q: 'entries' }>,
  at: (entry: KeyedEntry) => StateEntry,
): StateAnswer {
  const all = operator.operatorStateBackend?.entries(query.state) ?? [];
  const from = query.after === undefined ? 0 : Number(query.after);
  const entries = all.slice(from, from + query.limit).map(at);
  const next = from + entries.length;
  return { a: 'entries', entries, total: all.length, ...(next < all.length ? { next: String(next) } : {}) };
}

function find(operators: readonly StreamOperator[], id: OperatorId): StreamOperator {
  const operator = operators.find(({ place }) => place.operator.operatorId === id);
  if (operator !== undefined) return operator;
  throw userError('state.unknown', `Operator ${id} is not in this task.`, 'Look into the list of operators.');
}

function isListState(operator: StreamOperator, state: string): boolean {
  return operator.operatorStateBackend?.describe().some(({ state: name }) => name === state) ?? false;
}

function unknownState(operator: StreamOperator, state: string): never {
  const { name } = operator.place.operator;
  throw userError('state.unknown', `${name} has no state named ${state}.`, 'Look into the list of its states.');
}
