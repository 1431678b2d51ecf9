import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isChainable, shipStrategy } from '../../../runtime/graph/chaining';
import { defaultExecutionConfig, withSettings, type ExecutionSettings } from '../../../runtime/graph/executionConfig';
import type { StreamPartitioner } from '../../../runtime/graph/streamGraph';
import { topologyOf } from '../../../runtime/graph/topology';
import { GraphOf, type NodeSettings } from './graphs';

interface Row {
  readonly when: string;
  readonly from?: NodeSettings;
  readonly to?: NodeSettings;
  readonly partitioner?: StreamPartitioner;
  readonly settings?: ExecutionSettings;
  readonly chained: boolean;
  readonly ship: string;
}

const rows: readonly Row[] = [
  { when: 'both ends are plain', chained: true, ship: 'forward' },
  ...(['hash', 'rebalance', 'rescale', 'shuffle', 'broadcast', 'global'] as const).map((ship) => ({
    when: `the author asks for ${ship}`,
    partitioner: ship,
    chained: false,
    ship,
  })),
  { when: 'the author asks for it', partitioner: 'forward', chained: true, ship: 'forward' },
  { when: 'the parallelisms differ', to: { parallelism: 2 }, chained: false, ship: 'rebalance' },
  { when: 'both set the parallelism of the job', to: { parallelism: 1 }, chained: true, ship: 'forward' },
  { when: 'the maximum parallelisms differ', to: { maxParallelism: 64 }, chained: true, ship: 'forward' },
  { when: 'the first is a head', from: { chainingStrategy: 'HEAD' }, chained: true, ship: 'forward' },
  { when: 'the second starts a chain', to: { chainingStrategy: 'HEAD' }, chained: false, ship: 'forward' },
  { when: 'the first is never chained', from: { chainingStrategy: 'NEVER' }, chained: false, ship: 'forward' },
  { when: 'the second is never chained', to: { chainingStrategy: 'NEVER' }, chained: false, ship: 'forward' },
  { when: 'chaining is off', settings: { operatorChaining: false }, chained: false, ship: 'forward' },
];

describe('chaining', () => {
  for (const row of rows) {
    test(`${row.chained ? 'chains' : 'does not chain'} and ships by ${row.ship} when ${row.when}`, () => {
      const graph = new GraphOf();
      const source = graph.source('source', row.from);
      graph.node('next', row.to ?? {}, { from: source, partitioner: row.partitioner ?? 'default' });
      const topology = topologyOf(graph.stream(), withSettings(defaultExecutionConfig, row.settings ?? {}));
      const [edge] = graph.edges;
      assert.ok(edge);
      assert.equal(isChainable(edge, topology), row.chained);
      assert.equal(shipStrategy(edge, topology), row.ship);
    });
  }

  test('does not chain an operator with two inputs', () => {
    const graph = new GraphOf();
    graph.node('joined', {}, graph.source('one'), graph.source('two'));
    const topology = topologyOf(graph.stream(), defaultExecutionConfig);
    assert.deepEqual(
      graph.edges.map((edge) => isChainable(edge, topology)),
      [false, false],
    );
  });
});
