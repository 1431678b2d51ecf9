import type { ExecutionConfig } from './executionConfig';
import type { StreamEdge, StreamGraph, StreamNode } from './streamGraph';

/** One node with its surroundings and its parallelism resolved. */
export interface TopologyNode {
  readonly node: StreamNode;
  readonly parallelism: number;
  /** In the order in which they were made. */
  readonly inputs: readonly StreamEdge[];
  readonly outputs: readonly StreamEdge[];
}

/** A stream graph, indexed, under the configuration of one run. */
export interface Topology {
  readonly config: ExecutionConfig;
  /** By node id, ascending. */
  readonly nodes: ReadonlyMap<number, TopologyNode>;
}

export function topologyOf(graph: StreamGraph, config: ExecutionConfig): Topology {
  const byId = [...graph.nodes].sort((a, b) => a.nodeId - b.nodeId);
  return {
    config,
    nodes: new Map(
      byId.map((node) => [
        node.nodeId,
        {
          node,
          parallelism: node.parallelism ?? config.parallelism,
          inputs: graph.edges.filter((edge) => edge.to === node.nodeId),
          outputs: graph.edges.filter((edge) => edge.from === node.nodeId),
        },
      ]),
    ),
  };
}

/** The node of that id, which the caller took from the same graph. */
export function nodeOf(topology: Topology, nodeId: number): TopologyNode {
  const found = topology.nodes.get(nodeId);
  if (found === undefined) throw new RangeError(`The stream graph has no node ${nodeId}.`);
  return found;
}
