import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GraphOf } from './graphs';

/** The job whose recordings lie in the fixtures: real Flink ran it with parallelism 2 and maximum parallelism 128. */
function orders(): GraphOf {
  const graph = new GraphOf();
  const source = graph.source('Source: order source', { uid: 'order-source' });
  const times = graph.node(
    'order times',
    { uid: 'order-times' },
    graph.node('make order', { uid: 'make-order' }, source),
  );
  const totals = graph.node('order totals', { uid: 'order-totals' }, { hash: times });
  graph.sink('totals sink: Writer', { uid: 'totals-sink' }, totals);
  const windows = graph.node('order windows', { uid: 'order-windows' }, { hash: times });
  graph.sink('windows sink: Writer', { uid: 'windows-sink' }, windows);
  const rules = graph.source('Source: rule source', { uid: 'rule-source', parallelism: 1 });
  const match = graph.node('rule match', { uid: 'rule-match' }, { hash: times }, { hash: rules });
  graph.sink('guard sink: Writer', { uid: 'guard-sink' }, graph.node('guard', { uid: 'guard' }, match));
  const pairs = graph.node('pair counter without uid', {}, { hash: times });
  graph.sink('pairs sink: Writer', { uid: 'pairs-sink' }, pairs);
  return graph;
}

describe('the job graph', () => {
  test('has the vertices that real Flink made of the same job: ids, names, parallelism', () => {
    const { vertices } = orders().job({ parallelism: 2, maxParallelism: 128 });
    assert.deepEqual(
      vertices.map((vertex) => [vertex.id, vertex.name, vertex.parallelism, vertex.maxParallelism]),
      [
        ['93c5e2c258a727e15f4dc0967247f3f6', 'Source: order source -> make order -> order times', 2, 128],
        ['64d13d9aa16aa0e7527f2a20c03a2a05', 'order totals -> totals sink: Writer', 2, 128],
        ['e7cb32f0dd73b479deaf728b41803385', 'order windows -> windows sink: Writer', 2, 128],
        ['339aa6ff70d1712de5059dabe2757621', 'Source: rule source', 1, 128],
        ['454e8f41a04d1556dbd5edadaaa05bae', 'rule match -> guard -> guard sink: Writer', 2, 128],
        ['316a1b981dd9c52966034acd94dc36e6', 'pair counter without uid -> pairs sink: Writer', 2, 128],
      ],
    );
  });

  test('has the operator ids that real Flink wrote into the snapshots of the same job', () => {
    const { vertices } = orders().job({ parallelism: 2 });
    const recorded = {
      'guard-sink': '11492d696e6219041d43f030a7ed7996',
      'rule-source': '339aa6ff70d1712de5059dabe2757621',
      'pairs-sink': '6c49c80352410c15b8aea461f09df688',
      'order-times': 'a70fd7a5fc4da7f2e62f5c46b5dfca3b',
      'windows-sink': 'd71d63246e9e89c82246d31001674181',
      guard: 'd99a57234138ab99db7d8e3f9a55be4e',
      'totals-sink': 'f0d73b526375efcf08523c76d81afd45',
      'make-order': 'f15104fc545a54ce352ad22a3128bbe8',
    };
    const ids = new Map(vertices.flatMap((v) => v.operators).map((operator) => [operator.uid, operator.operatorId]));
    for (const [uid, operatorId] of Object.entries(recorded)) assert.equal(ids.get(uid), operatorId, uid);
  });

  test('connects vertices by the operators at the ends of the edges', () => {
    const { edges, vertices } = orders().job({ parallelism: 2 });
    const nameOf = new Map(vertices.map((vertex) => [vertex.id, vertex.name.split(' -> ')[0]]));
    assert.deepEqual(
      edges.map((edge) => [nameOf.get(edge.from), edge.fromNodeId, nameOf.get(edge.to), edge.toNodeId, edge.ship]),
      [
        ['Source: order source', 3, 'order totals', 4, 'hash'],
        ['Source: order source', 3, 'order windows', 6, 'hash'],
        ['Source: order source', 3, 'rule match', 9, 'hash'],
        ['Source: order source', 3, 'pair counter without uid', 12, 'hash'],
        ['Source: rule source', 8, 'rule match', 9, 'hash'],
      ],
    );
  });

  test('tells chained and unchained side outputs and the inputs of an operator with two', () => {
    const graph = new GraphOf();
    const process = graph.node('process', {}, graph.source('source'));
    const late = graph.node('late', {}, { from: process, outputTag: 'late' });
    const both = graph.node('both', {}, { from: late, input: 0 }, { from: process, outputTag: 'odd', input: 1 });
    graph.sink('sink', {}, both);
    const { vertices, edges } = graph.job();
    assert.deepEqual(
      vertices.map((vertex) => vertex.operators.map(({ name, inputTag }) => [name, inputTag])),
      [
        [
          ['source', undefined],
          ['process', undefined],
          ['late', 'late'],
        ],
        [
          ['both', undefined],
          ['sink', undefined],
        ],
      ],
    );
    assert.deepEqual(
      edges.map(({ fromNodeId, input, outputTag, ship }) => [fromNodeId, input, outputTag, ship]),
      [
        [process, 1, 'odd', 'forward'],
        [late, 0, undefined, 'forward'],
      ],
    );
  });

  test('is refused when the author asks to forward between different parallelisms', () => {
    const graph = new GraphOf();
    const location = { file: '/jobs/job.ts', line: 9, column: 5 };
    const map = graph.node(
      'map',
      { parallelism: 2, location },
      { from: graph.source('source'), partitioner: 'forward' },
    );
    graph.sink('sink', {}, map);
    assert.throws(() => graph.job(), {
      code: 'job.forward-parallelism',
      message: "'source' has parallelism 1 and 'map' at /jobs/job.ts:9 2, so that records cannot be forwarded.",
      subject: { field: 'parallelism', file: '/jobs/job.ts', position: 9 },
    });
  });

  test('goes through JSON unchanged', () => {
    const job = orders().job();
    assert.deepEqual(JSON.parse(JSON.stringify(job)), job);
  });

  test('chains several outputs depth first and shows them in brackets', () => {
    const graph = new GraphOf();
    const source = graph.source('a');
    const b = graph.node('b', {}, source);
    const c = graph.node('c', {}, source);
    graph.sink('d', {}, c);
    graph.sink('e', {}, b);
    const { vertices } = graph.job();
    assert.deepEqual(
      vertices.map((vertex) => vertex.name),
      ['a -> (b -> e, c -> d)'],
    );
    assert.deepEqual(
      vertices[0]?.operators.map((operator) => [operator.name, operator.chainedTo]),
      [
        ['a', [2, 3]],
        ['b', [5]],
        ['e', []],
        ['c', [4]],
        ['d', []],
      ],
    );
  });

  test('puts every vertex after its inputs, also when a later source feeds an earlier chain', () => {
    const graph = new GraphOf();
    const left = graph.source('left');
    const joined = 3;
    const right = graph.source('right');
    graph.node('joined', {}, { hash: left }, { hash: right });
    graph.sink('sink', {}, joined);
    const { vertices, edges } = graph.job();
    const place = new Map(vertices.map((vertex, index) => [vertex.id, index]));
    for (const edge of edges) assert.ok((place.get(edge.from) ?? 9) < (place.get(edge.to) ?? -1));
  });

  test('takes parallelism from the operator before that of the run', () => {
    const graph = new GraphOf();
    graph.sink('sink', {}, graph.node('map', { parallelism: 3, maxParallelism: 7 }, graph.source('source')));
    const { vertices, edges } = graph.job({ parallelism: 2 });
    assert.deepEqual(
      vertices.map((vertex) => [vertex.name, vertex.parallelism, vertex.maxParallelism]),
      [
        ['source', 2, 128],
        ['map', 3, 7],
        ['sink', 2, 128],
      ],
    );
    assert.deepEqual(
      edges.map((edge) => edge.ship),
      ['rebalance', 'rebalance'],
    );
  });

  test('is refused without a sink, naming the line of execute', () => {
    const graph = new GraphOf();
    graph.node('map', {}, graph.source('source'));
    assert.throws(() => graph.job(), { code: 'job.no-sink', domain: 'user' });
  });

  test('is refused with more subtasks than key groups, naming the operator and its line', () => {
    const graph = new GraphOf();
    const location = { file: '/jobs/job.ts', line: 12, column: 5 };
    graph.sink('sink', { maxParallelism: 2, location }, graph.source('source'));
    assert.throws(() => graph.job({ parallelism: 3, operatorChaining: false }), {
      code: 'job.parallelism',
      domain: 'user',
      message: "'sink' at /jobs/job.ts:12 has parallelism 3, more than its maximum parallelism 2.",
      subject: { field: 'parallelism', file: '/jobs/job.ts', position: 12 },
    });
  });
});
