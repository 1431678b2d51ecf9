import type { ConnectorContext, Connectors } from '../api/connector';
import type { JobStreamGraph, JobStreamNode, KeySpec, OperatorSpec } from '../api/operatorSpec';
import type { Env } from '../base/env';
import { JobStateError, unreachable } from '../base/errors';
import type { ChainedOperator } from '../graph/jobGraph';
import type { OutputDeployment, TaskDeployment } from '../wire/messages';
import { RecordWriter } from './network/recordWriter';
import { Subpartition } from './network/subpartition';
import { KeyedProcessOperator } from './operators/keyedProcessOperator';
import { FilterOperator, FlatMapOperator, MapOperator } from './operators/rowOperators';
import { SinkOperator } from './operators/sinkOperator';
import { SourceOperator } from './operators/sourceOperator';
import type { StreamOperator } from './operators/streamOperator';
import type { OperatorPlace } from './operators/userFailure';
import type { AttemptRef } from '../base/ids';
import type { ChainLink } from './operatorChain';

/** The outputs of a task, ready before its operators are, so that consumers find them. */
export interface TaskOutput {
  readonly deployment: OutputDeployment;
  readonly targets: readonly { readonly consumer: AttemptRef; readonly subpartition: Subpartition }[];
}

/** A forward edge has one consumer, the one of the same index. */
export function createOutputs(task: TaskDeployment, available: () => void): readonly TaskOutput[] {
  return task.outputs.map((deployment) => {
    const { consumers, ship } = deployment;
    const own = consumers[consumers.length === 1 ? 0 : task.ref.subtask];
    const targets = ship === 'forward' && own !== undefined ? [own] : consumers;
    return {
      deployment,
      targets: targets.map((consumer) => ({ consumer, subpartition: new Subpartition(available) })),
    };
  });
}

/** What a chain is made from. */
export interface ChainParts {
  readonly env: Env;
  readonly task: TaskDeployment;
  readonly graph: JobStreamGraph;
  readonly connectors: Connectors;
  readonly outputs: readonly TaskOutput[];
  readonly count: (name: string, increment: number) => void;
}

/** The operators of a task with the user functions of the job's stream graph, head first. */
export function createChain(parts: ChainParts): readonly ChainLink[] {
  const { task, outputs } = parts;
  const { operators } = task.vertex;
  const indexOf = new Map(operators.map((operator, index) => [operator.nodeId, index]));
  return operators.map((operator) => ({
    operator: createOperator(parts, operator),
    next: operator.chainedTo.flatMap((nodeId) => indexOf.get(nodeId) ?? []),
    writers: outputs
      .filter(({ deployment }) => deployment.fromNodeId === operator.nodeId)
      .map((output) => createWriter(parts, operator, output)),
  }));
}

function createWriter(parts: ChainParts, operator: ChainedOperator, output: TaskOutput): RecordWriter {
  const { ship, toNodeId, consumerMaxParallelism } = output.deployment;
  const key = ship === 'hash' ? keyOf(nodeOf(parts.graph, toNodeId)) : undefined;
  const targets = output.targets.map(({ subpartition }) => subpartition);
  const place = { operator, subtask: parts.task.ref.subtask };
  return new RecordWriter(place, targets, ship, key, consumerMaxParallelism);
}

function createOperator(parts: ChainParts, operator: ChainedOperator): StreamOperator {
  const { env, task, graph, connectors } = parts;
  const place: OperatorPlace = { operator, subtask: task.ref.subtask };
  const spec = nodeOf(graph, operator.nodeId).operator;
  switch (spec.kind) {
    case 'source':
      return new SourceOperator(place, spec, connectors.reader(spec.source, contextOf(parts)), env.clock);
    case 'map':
      return new MapOperator(place, spec);
    case 'filter':
      return new FilterOperator(place, spec);
    case 'flatMap':
      return new FlatMapOperator(place, spec);
    case 'keyedProcess':
      return new KeyedProcessOperator(place, spec, {
        clock: env.clock,
        parallelism: task.vertex.parallelism,
        attempt: task.ref.attempt,
      });
    case 'sink':
      return new SinkOperator(place, connectors.sink(spec.sink, contextOf(parts)));
    default:
      return unreachable(spec);
  }
}

function contextOf({ env, task, count }: ChainParts): ConnectorContext {
  return {
    disk: env.disk,
    clock: env.clock,
    log: env.log,
    baseDirectory: task.config.baseDirectory,
    job: task.ref.job,
    subtask: task.ref.subtask,
    parallelism: task.vertex.parallelism,
    attempt: task.ref.attempt,
    ...(task.config.rowsPerSecond === undefined ? {} : { rowsPerSecond: task.config.rowsPerSecond }),
    count,
  };
}

/** The spec of an operator of the chain, for its kind and key. */
export function specOf(graph: JobStreamGraph, operator: ChainedOperator): OperatorSpec {
  return nodeOf(graph, operator.nodeId).operator;
}

function nodeOf(graph: JobStreamGraph, nodeId: number): JobStreamNode {
  const node = graph.nodes.find((each) => each.nodeId === nodeId);
  if (node !== undefined) return node;
  throw new JobStateError('internal.no-node', `The bundle of the job has no operator number ${nodeId}.`);
}

function keyOf(node: JobStreamNode): KeySpec {
  if (node.operator.kind === 'keyedProcess') return node.operator.key;
  throw new JobStateError('internal.no-key', `${node.name} is the target of a keyed stream but has no key.`);
}
