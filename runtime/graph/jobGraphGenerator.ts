import { JobStateError, userError } from '../base/errors';
import { id, type OperatorId, type VertexId } from '../base/ids';
import { isChainable, shipStrategy } from './chaining';
import type { ExecutionConfig } from './executionConfig';
import type { ChainedOperator, JobEdge, JobGraph, JobVertex } from './jobGraph';
import { defaultMaxParallelism } from './keyGroups';
import { generateOperatorIds } from './operatorIds';
import { nodeText, type SourceLocation, type StreamEdge, type StreamGraph, type StreamNode } from './streamGraph';
import { nodeOf, topologyOf, type Topology, type TopologyNode } from './topology';

/**
 * Chains the operators of a stream graph into vertices, under the configuration of one run; Flink's `StreamingJobGraphGenerator`.
 * Throws user errors: `job.no-sink`, `job.duplicate-uid`, `job.parallelism`, `job.forward-parallelism`.
 */
export function generateJobGraph(graph: StreamGraph, config: ExecutionConfig): JobGraph {
  checkSinks(graph);
  const topology = topologyOf(graph, config);
  graph.edges.forEach((edge) => checkForward(edge, topology));
  const ids = generateOperatorIds(topology);
  const vertexOf = new Map<number, VertexId>();
  const vertices = chainHeads(topology).map((head) => {
    const vertex = vertexFrom(head, topology, ids);
    for (const operator of vertex.operators) vertexOf.set(operator.nodeId, vertex.id);
    return vertex;
  });
  const edges = vertices.flatMap((vertex) =>
    vertex.operators.flatMap((operator) =>
      unchained(operator.nodeId, topology).map((edge) => jobEdge(edge, topology, vertexOf)),
    ),
  );
  return { jobName: graph.jobName, vertices, edges };
}

function checkSinks(graph: StreamGraph): void {
  if (graph.nodes.some((node) => node.kind === 'sink')) return;
  const { location } = graph;
  throw userError(
    'job.no-sink',
    `The job "${graph.jobName}" has no sink, so that nothing would come out of it.`,
    'End a stream with sinkTo(...) or print().',
    location === undefined ? {} : { subject: { file: location.file, position: location.line } },
  );
}

/** Refused as by Flink: who asks for one to one must not change the parallelism. */
function checkForward(edge: StreamEdge, topology: Topology): void {
  const [from, to] = [nodeOf(topology, edge.from), nodeOf(topology, edge.to)];
  if (edge.partitioner !== 'forward' || from.parallelism === to.parallelism) return;
  const { location } = to.node;
  throw userError(
    'job.forward-parallelism',
    `${nodeText(from.node)} has parallelism ${from.parallelism} and ${nodeText(to.node)} ${to.parallelism}, so that records cannot be forwarded.`,
    'Give both the same parallelism, or use rebalance(), rescale(), shuffle(), broadcast() or global().',
    {
      subject: {
        field: 'parallelism',
        ...(location === undefined ? {} : { file: location.file, position: location.line }),
      },
    },
  );
}

/** By node id, so that every head stands after the chains it reads: an operator has a higher id than its inputs, these than their head. */
function chainHeads(topology: Topology): TopologyNode[] {
  return [...topology.nodes.values()].filter(({ inputs }) => !inputs.some((edge) => isChainable(edge, topology)));
}

function unchained(nodeId: number, topology: Topology): readonly StreamEdge[] {
  return nodeOf(topology, nodeId).outputs.filter((edge) => !isChainable(edge, topology));
}

function vertexFrom(head: TopologyNode, topology: Topology, ids: ReadonlyMap<number, OperatorId>): JobVertex {
  const operators: ChainedOperator[] = [];
  const add = (from: TopologyNode): string => {
    const chained = from.outputs.filter((edge) => isChainable(edge, topology)).map((edge) => nodeOf(topology, edge.to));
    operators.push(chainedOperator(from, from === head ? undefined : from.inputs[0]?.outputTag, chained, ids));
    return chainName(from.node.name, chained.map(add));
  };
  const name = add(head);
  const maxParallelism = maxParallelismOf(head, topology.config);
  return {
    id: id<VertexId>(operatorIdOf(head.node, ids)),
    name,
    parallelism: head.parallelism,
    maxParallelism,
    operators,
  };
}

/** Flink's `createChainedName`. */
function chainName(name: string, outputs: readonly string[]): string {
  if (outputs.length === 0) return name;
  return outputs.length === 1 ? `${name} -> ${outputs[0] ?? ''}` : `${name} -> (${outputs.join(', ')})`;
}

function chainedOperator(
  { node }: TopologyNode,
  inputTag: string | undefined,
  chained: readonly TopologyNode[],
  ids: ReadonlyMap<number, OperatorId>,
): ChainedOperator {
  return {
    nodeId: node.nodeId,
    operatorId: operatorIdOf(node, ids),
    ...(node.uid === undefined ? {} : { uid: node.uid }),
    name: node.name,
    ...(node.description === undefined ? {} : { description: node.description }),
    kind: node.kind,
    ...(node.location === undefined ? {} : { location: plainLocation(node.location) }),
    chainedTo: chained.map((each) => each.node.nodeId),
    ...(inputTag === undefined ? {} : { inputTag }),
  };
}

/** The author's graph may work a location out when it is read; a job graph is plain data. */
function plainLocation({ file, line, column }: SourceLocation): SourceLocation {
  return { file, line, column };
}

function operatorIdOf(node: StreamNode, ids: ReadonlyMap<number, OperatorId>): OperatorId {
  const operatorId = ids.get(node.nodeId);
  if (operatorId === undefined) throw new JobStateError('internal.operator-id', `${nodeText(node)} has no id.`);
  return operatorId;
}

function maxParallelismOf({ node, parallelism }: TopologyNode, config: ExecutionConfig): number {
  const maxParallelism = node.maxParallelism ?? config.maxParallelism ?? defaultMaxParallelism(parallelism);
  if (parallelism <= maxParallelism) return maxParallelism;
  const { location } = node;
  throw userError(
    'job.parallelism',
    `${nodeText(node)} has parallelism ${parallelism}, more than its maximum parallelism ${maxParallelism}.`,
    'Lower the parallelism, or raise the maximum parallelism (which a job with state cannot change any more).',
    {
      subject: {
        field: 'parallelism',
        ...(location === undefined ? {} : { file: location.file, position: location.line }),
      },
    },
  );
}

function jobEdge(edge: StreamEdge, topology: Topology, vertexOf: ReadonlyMap<number, VertexId>): JobEdge {
  const from = vertexOf.get(edge.from);
  const to = vertexOf.get(edge.to);
  if (from === undefined || to === undefined) throw new JobStateError('internal.edge', 'An edge ends at no vertex.');
  const { input, outputTag } = edge;
  return {
    ...{ from, fromNodeId: edge.from, to, toNodeId: edge.to, ship: shipStrategy(edge, topology) },
    ...(input === undefined ? {} : { input }),
    ...(outputTag === undefined ? {} : { outputTag }),
  };
}
