import { userError } from '../../../base/errors';
import type { OperatorId } from '../../../base/ids';
import type { OperatorInfo, StateInfo } from '../../../rest/debug/model';
import type { ChainedOperator } from '../../../graph/jobGraph';
import type { StateMetrics } from '../../../wire/messages';
import type { AttemptRecord, JobRecord, VertexRecord } from '../../records';
import { currentAttempts } from '../flink/executions';

/**
 * Every operator of the job in the order of its graph, with its states as the tasks last reported them. A subtask that is being restored
 * has reported nothing yet; what its attempt before held is what it will hold again, if all goes well.
 */
export function operatorInfos(job: JobRecord): readonly OperatorInfo[] {
  return job.vertices.flatMap((vertex) => vertex.vertex.operators.map((operator) => operatorInfo(vertex, operator)));
}

function operatorInfo(record: VertexRecord, operator: ChainedOperator): OperatorInfo {
  const attempts = record.subtasks.flatMap(
    ({ attempts }) => attempts.findLast(({ metrics }) => metrics !== undefined) ?? [],
  );
  const silent = currentAttempts(record).some(({ metrics }) => metrics === undefined);
  const reports = reportsOf(attempts, operator.operatorId);
  const keyType = reports.find(({ metrics }) => metrics.keyType !== undefined)?.metrics.keyType;
  const { uid, location } = operator;
  return {
    id: operator.operatorId,
    ...(uid === undefined ? {} : { uid }),
    name: operator.name,
    vertex: record.vertex.id,
    parallelism: record.vertex.parallelism,
    maxParallelism: record.vertex.maxParallelism,
    ...(keyType === undefined ? {} : { keyType }),
    ...(location === undefined ? {} : { source: { file: location.file, line: location.line } }),
    states: statesOf(reports),
    // Notes are a task's; they are about its source, which heads the chain.
    notes: operator.kind === 'source' ? notesOf(attempts) : {},
    ...(silent && attempts.length > 0 ? { asBeforeFailure: true } : {}),
  };
}

interface Report {
  readonly subtask: number;
  readonly metrics: StateMetrics;
}

function reportsOf(attempts: readonly AttemptRecord[], operator: OperatorId): readonly Report[] {
  return attempts.flatMap(({ ref, metrics }) =>
    (metrics?.states ?? [])
      .filter((state) => state.operator === operator)
      .map((state) => ({ subtask: ref.subtask, metrics: state })),
  );
}

/** In the order in which they were first reported. */
function statesOf(reports: readonly Report[]): readonly StateInfo[] {
  const firsts = new Map<string, StateMetrics>();
  for (const { metrics } of reports) if (!firsts.has(metrics.state)) firsts.set(metrics.state, metrics);
  return [...firsts].map(([name, first]) =>
    stateInfo(
      first,
      reports.filter(({ metrics }) => metrics.state === name),
    ),
  );
}

function stateInfo(first: StateMetrics, reports: readonly Report[]): StateInfo {
  const subtasks = reports.map(({ subtask, metrics: { entries, sizeBytes } }) => ({
    subtask,
    entries,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  }));
  const sizeBytes = sum(subtasks.map((subtask) => subtask.sizeBytes ?? 0));
  return {
    name: first.state,
    kind: first.kind,
    type: first.type,
    entries: entriesOf(first, subtasks),
    ...(subtasks.some((subtask) => subtask.sizeBytes !== undefined) ? { sizeBytes } : {}),
    subtasks,
  };
}

/** Broadcast state is the same in every subtask, so one of them counts. */
function entriesOf({ kind }: StateMetrics, subtasks: readonly { readonly entries: number }[]): number {
  const numbers = subtasks.map(({ entries }) => entries);
  return kind === 'broadcast' ? Math.max(0, ...numbers) : sum(numbers);
}

/** Figures of the same name are added up over the subtasks. */
function notesOf(attempts: readonly AttemptRecord[]): Readonly<Record<string, number>> {
  const notes: Record<string, number> = {};
  for (const { metrics } of attempts) {
    for (const [name, value] of Object.entries(metrics?.notes ?? {})) notes[name] = (notes[name] ?? 0) + value;
  }
  return notes;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The vertex that runs an operator. */
export function vertexOfOperator(job: JobRecord, operator: OperatorId): VertexRecord {
  const vertex = job.vertices.find(({ vertex: { operators } }) =>
    operators.some(({ operatorId }) => operatorId === operator),
  );
  if (vertex === undefined) {
    throw userError(
      'operator.not-found',
      `${job.name} has no operator ${operator}.`,
      'Refresh the list of operators.',
      {
        subject: { job: job.id, operator },
      },
    );
  }
  return vertex;
}
