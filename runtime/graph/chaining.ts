import type { ShipStrategy } from './distribution';
import type { StreamEdge } from './streamGraph';
import { nodeOf, type Topology } from './topology';

/** What the author asks for, else one to one between equal parallelisms and round robin between others. */
export function shipStrategy(edge: StreamEdge, topology: Topology): ShipStrategy {
  if (edge.partitioner !== 'default') return edge.partitioner;
  const same = nodeOf(topology, edge.from).parallelism === nodeOf(topology, edge.to).parallelism;
  return same ? 'forward' : 'rebalance';
}

/** Whether both ends of this edge run in one task; Flink's `StreamingJobGraphGenerator.isChainable`. */
export function isChainable(edge: StreamEdge, topology: Topology): boolean {
  const from = nodeOf(topology, edge.from);
  const to = nodeOf(topology, edge.to);
  return (
    topology.config.operatorChaining &&
    to.inputs.length === 1 &&
    from.node.chainingStrategy !== 'NEVER' &&
    to.node.chainingStrategy === 'ALWAYS' &&
    shipStrategy(edge, topology) === 'forward'
  );
}
