import { id, type OperatorId, type VertexId } from '../../runtime/base/ids';
import type { ChainedOperator, JobEdge, JobGraph, JobVertex } from '../../runtime/graph/jobGraph';

/** The graph of the job that was recorded. */

const source = id<VertexId>('93c5e2c258a727e15f4dc0967247f3f6');
const rules = id<VertexId>('339aa6ff70d1712de5059dabe2757621');
const totals = id<VertexId>('64d13d9aa16aa0e7527f2a20c03a2a05');
const windows = id<VertexId>('e7cb32f0dd73b479deaf728b41803385');
export const guard = id<VertexId>('454e8f41a04d1556dbd5edadaaa05bae');
const pairs = id<VertexId>('316a1b981dd9c52966034acd94dc36e6');

type Operator = Pick<ChainedOperator, 'name' | 'description' | 'kind'>;

function vertex(vertexId: VertexId, parallelism: number, operators: readonly Operator[]): JobVertex {
  return {
    id: vertexId,
    name: operators.map(({ name }) => name).join(' -> '),
    parallelism,
    maxParallelism: 128,
    operators: operators.map((operator, nodeId) => ({
      nodeId,
      operatorId: id<OperatorId>(nodeId === 0 ? vertexId : `${vertexId.slice(0, 31)}${nodeId}`),
      ...operator,
      chainedTo: nodeId + 1 < operators.length ? [nodeId + 1] : [],
    })),
  };
}

const sink = (name: string): Operator => ({ name: `${name} sink: Writer`, kind: 'sink' });

function edge(from: VertexId, to: VertexId, ship: JobEdge['ship'] = 'hash'): JobEdge {
  return { from, fromNodeId: from === source ? 2 : 0, to, toNodeId: 0, ship };
}

export const graph: JobGraph = {
  jobName: 'orders',
  vertices: [
    vertex(source, 2, [
      { name: 'Source: order source', kind: 'source' },
      { name: 'make order', kind: 'map' },
      { name: 'order times', kind: 'map' },
    ]),
    vertex(rules, 1, [{ name: 'Source: rule source', kind: 'source' }]),
    vertex(totals, 2, [{ name: 'order totals', kind: 'keyedProcess' }, sink('totals')]),
    vertex(windows, 2, [
      {
        name: 'order windows',
        description: 'Window(TumblingEventTimeWindows(120000), EventTimeTrigger, WindowSum, PassThroughWindowFunction)',
        kind: 'window',
      },
      sink('windows'),
    ]),
    vertex(guard, 2, [{ name: 'rule match', kind: 'broadcastProcess' }, { name: 'guard', kind: 'map' }, sink('guard')]),
    vertex(pairs, 2, [{ name: 'pair counter without uid', kind: 'keyedProcess' }, sink('pairs')]),
  ],
  edges: [
    edge(source, totals),
    edge(source, windows),
    edge(source, guard),
    edge(rules, guard, 'broadcast'),
    edge(source, pairs),
  ],
};
