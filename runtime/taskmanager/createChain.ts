import type { ConnectorContext, Connectors } from '../api/connector';
import { keysOf, stateKeyType, type JobStreamGraph, type JobStreamNode, type OperatorSpec } from '../api/operatorSpec';
import type { Env } from '../base/env';
import { JobStateError, unreachable } from '../base/errors';
import type { ChainedOperator } from '../graph/jobGraph';
import type { OutputDeployment, TaskDeployment } from '../wire/messages';
import { RecordWriter } from './network/recordWriter';
import { Subpartition } from './network/subpartition';
import { KeyedProcessOperator } from './operators/keyedProcessOperator';
import { BroadcastProcessOperator, KeyedBroadcastProcessOperator } from './operators/broadcastProcessOperator';
import { CoProcessOperator, KeyedCoProcessOperator } from './operators/coProcessOperator';
import { CoFlatMapOperator, CoMapOperator } from './operators/coRowOperators';
import { ProcessOperator } from './operators/processOperator';
import { ReduceOperator } from './operators/reduceOperator';
import type { SubtaskEnvironment } from './operators/runtimeContext';
import { FilterOperator, FlatMapOperator, MapOperator } from './operators/rowOperators';
import { SinkOperator } from './operators/sinkOperator';
import { SourceOperator } from './operators/sourceOperator';
import type { StreamOperator } from './operators/streamOperator';
import { WindowOperator } from './operators/window/windowOperator';
import type { OperatorPlace } from './operators/userFailure';
import type { AttemptRef } from '../base/ids';
import type { ChainLink } from './operatorChain';

/** The outputs of a task, ready before its operators are, so that consumers find them. */
export interface TaskOutput {
  readonly deployment: OutputDeployment;
  readonly targets: readonly { readonly consumer: AttemptRef; readonly subpartition: Subpartition }[];
}

export function createOutputs(task: TaskDeployment, available: () => void): readonly TaskOutput[] {
  return task.outputs.map((deployment) => ({
    deployment,
    targets: deployment.consumers.map((consumer) => ({ consumer, subpartition: new Subpartition(available) })),
  }));
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
  return operators.map((operator) => ({
    operator: createOperator(parts, operator),
    next: operator.chainedTo.flatMap((nodeId) => {
      const index = operators.findIndex((each) => each.nodeId === nodeId);
      return index === -1 ? [] : [{ index, tag: operators[index]?.inputTag }];
    }),
    writers: outputs
      .filter(({ deployment }) => deployment.fromNodeId === operator.nodeId)
      .map((output) => ({ writer: createWriter(parts, operator, output), tag: output.deployment.outputTag })),
  }));
}

function createWriter(parts: ChainParts, operator: ChainedOperator, output: TaskOutput): RecordWriter {
  const { ship, toNodeId, input = 0, consumerMaxParallelism } = output.deployment;
  const key = keysOf(nodeOf(parts.graph, toNodeId).operator)[input];
  const targets = output.targets.map(({ subpartition }) => subpartition);
  const place = { operator, subtask: parts.task.ref.subtask };
  return new RecordWriter(place, targets, ship, key, consumerMaxParallelism, () => parts.env.random.next());
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
    case 'process':
      return new ProcessOperator(place, spec.process, subtaskOf(parts));
    case 'reduce':
      return new ReduceOperator(place, spec);
    case 'coMap':
      return new CoMapOperator(place, spec.map);
    case 'coFlatMap':
      return new CoFlatMapOperator(place, spec.flatMap);
    case 'coProcess':
      return stateKeyType(spec) === undefined
        ? new CoProcessOperator(place, spec.process, subtaskOf(parts))
        : new KeyedCoProcessOperator(place, spec.process, subtaskOf(parts));
    case 'broadcastProcess':
      return stateKeyType(spec) === undefined
        ? new BroadcastProcessOperator(place, spec, subtaskOf(parts))
        : new KeyedBroadcastProcessOperator(place, spec, subtaskOf(parts));
    case 'keyedProcess':
      return new KeyedProcessOperator(place, spec, subtaskOf(parts));
    case 'window':
      return new WindowOperator(place, spec, subtaskOf(parts));
    case 'sink':
      return new SinkOperator(place, connectors.sink(spec.sink, contextOf(parts)));
    default:
      return unreachable(spec);
  }
}

function subtaskOf({ env, task }: ChainParts): SubtaskEnvironment {
  return { clock: env.clock, parallelism: task.vertex.parallelism, attempt: task.ref.attempt };
}

function contextOf({ env, task, count }: ChainParts): ConnectorContext {
  return {
    disk: env.disk,
    net: env.net,
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
