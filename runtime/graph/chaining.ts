import type { ShipStrategy } from './jobGraph';
import type { StreamEdge } from './streamGraph';
import { nodeOf, type Topology } from './topology';

/** How records travel over this edge: by key, one to one between equal parallelisms, else round robin. */
export function shipStrategy(edge: StreamEdge, topology: Topology): ShipStrategy {
  if (edge.partitioner === 'hash') return 'hash';
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
