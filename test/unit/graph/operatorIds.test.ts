import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultExecutionConfig } from '../../../runtime/graph/executionConfig';
import { murmur3x64of128 } from '../../../runtime/graph/murmur';
import { generateOperatorIds, operatorIdOfUid } from '../../../runtime/graph/operatorIds';
import { topologyOf } from '../../../runtime/graph/topology';
import { GraphOf } from './graphs';

/** uid → operator id, from Flink's own tests, from snapshots that Flink wrote, and from Guava. */
const uids = {
  '42': '6c4f323f22da8fb6e34f80c61be7a689',
  first: 'adf090656b210b1609ad3203d4ee7329',
  second: '6730ef7375fb60f9d9bbdfdfd174d803',
  CheckpointingSource1: '69f32d314b97c6f7f9ed7873983167f2',
  'my-source': '5712e5a8bfbfa8943a95ff796efbcfa9',
  'uid-1': 'c49f9afd6c708fcc3cdcba1bd00469ba',
  'operator-uid-with-more-than-16-bytes': 'f61a148bed8e3c2fccf8154885781849',
  'héllo-✓': '32752b0f167c60b18ce04827b77b11f9',
  '': '00000000000000000000000000000000',
  a: '897859f6655555855a890e51483ab5e6',
  b: 'eed1d3b157a9987ae9944e541e132efa',
  c: 'd7741f4a6cdf388e747557749a0f0d21',
  'broadcast-source-uid': '3a6f51704798c4f418be51bfb6813b77',
  'keyed-broadcast-process-uid': '413c1d6f88ee8627fe4b8bc533b4cf1b',
};

function idsOf(graph: GraphOf): string[] {
  return [...generateOperatorIds(topologyOf(graph.stream(), defaultExecutionConfig)).entries()]
    .sort(([a], [b]) => a - b)
    .map(([, operatorId]) => operatorId);
}

describe('operator ids', () => {
  for (const [uid, operatorId] of Object.entries(uids)) {
    test(`the uid "${uid}" gives Flink's operator id`, () => assert.equal(operatorIdOfUid(uid), operatorId));
  }

  test('half a surrogate pair is hashed as the question mark that Java makes of it', () =>
    assert.equal(operatorIdOfUid('a\ud800b'), operatorIdOfUid('a?b')));

  test('a hash reads no byte outside its input', () => {
    const surrounded = new Uint8Array([9, 9, 0x34, 0x32, 9]).subarray(2, 4);
    assert.equal(Buffer.from(murmur3x64of128(surrounded)).toString('hex'), uids['42']);
  });

  test('a source with a chainable output, and what follows it, get the ids Flink generates', () => {
    const graph = new GraphOf();
    const source = graph.source('source');
    graph.node('sink', {}, source);
    assert.deepEqual(idsOf(graph), ['cbc357ccb763df2852fee8c4fc7d55f2', '7df19f87deec5680128845fd9a6ca18d']);
  });

  test('a third operator behind a chained second one gets the id Flink generates', () => {
    const graph = new GraphOf();
    const second = graph.node('second', {}, graph.source('source'));
    const third = graph.node('third', {}, { hash: second });
    graph.node('fourth', {}, third);
    const ids = idsOf(graph);
    assert.equal(ids[1], '7df19f87deec5680128845fd9a6ca18d');
    assert.equal(ids[2], '90bea66de1c231edf33913ecd54406c1');
  });

  test('a chain cut by hash edges gets the ids Flink generates', () => {
    const graph = new GraphOf();
    const second = graph.node('second', {}, { hash: graph.source('source') });
    graph.node('third', {}, { hash: second });
    assert.deepEqual(idsOf(graph), [
      'bc764cd8ddf7a0cff126f51c16239658',
      '0a448493b4782967b150582570326227',
      'ea632d67b7d595e5b851708ae9ad79d6',
    ]);
  });

  test('a second operator behind a hash edge with a chainable output gets the id Flink generates', () => {
    const graph = new GraphOf();
    const second = graph.node('second', {}, { hash: graph.source('source') });
    graph.node('third', {}, second);
    assert.equal(idsOf(graph)[1], '20ba6b65f97481d5570070de90e4e791');
  });

  test('names, parallelism and order of writing do not change generated ids, the topology does', () => {
    const build = (name: string, parallelism: number): string[] => {
      const graph = new GraphOf();
      graph.node(name, { parallelism }, graph.source(name, { parallelism }));
      return idsOf(graph);
    };
    assert.deepEqual(build('a', 1), build('b', 7));
    const cut = new GraphOf();
    cut.node('a', { parallelism: 2 }, cut.source('a'));
    assert.notDeepEqual(idsOf(cut), build('a', 1));
  });

  test('an operator with two inputs waits for the hash of both', () => {
    const graph = new GraphOf();
    const far = graph.node('far', {}, graph.source('one'));
    const farther = graph.node('farther', {}, far);
    const joined = graph.node('joined', {}, graph.source('two'), farther);
    graph.node('after', {}, joined);
    const ids = idsOf(graph);
    assert.equal(ids.length, 6);
    assert.equal(new Set(ids).size, 6);
  });

  test('an operator that reads a union mixes the ids of its inputs in the order of the union', () => {
    const union = (reversed: boolean): string[] => {
      const graph = new GraphOf();
      const inputs = [graph.source('one'), graph.source('two')];
      graph.node('sink', {}, graph.node('map', {}, ...(reversed ? inputs.reverse() : inputs)));
      return idsOf(graph);
    };
    assert.deepEqual(union(false), [
      'bc764cd8ddf7a0cff126f51c16239658',
      'feca28aff5a3958840bee985ee7de4d3',
      '4bf7c1955ffe56e2106d666433eaf137',
      'ccb29b5204e83e8a588b3828afaa7015',
    ]);
    assert.equal(union(true)[2], '034f3921ef965ad6b40d6e78536a39a3');
  });

  test('a side output counts as an output', () => {
    const graph = new GraphOf();
    const process = graph.node('process', {}, graph.source('source'));
    graph.node('main', {}, process);
    graph.node('late', {}, { from: process, outputTag: 'late' });
    assert.deepEqual(idsOf(graph), [
      'cbc357ccb763df2852fee8c4fc7d55f2',
      '8b66bce9f80f19736cb554745e27f15e',
      '6b41151dfba2a5f165b47cdbc7b8eaaf',
      '0c23e62ea319711b24530a38c267707c',
    ]);
  });

  test('two operators with one uid are refused, naming both lines', () => {
    const graph = new GraphOf();
    const at = (line: number) => ({ file: '/jobs/job.ts', line, column: 3 });
    graph.node('second', { uid: 'same', location: at(9) }, graph.source('first', { uid: 'same', location: at(4) }));
    assert.throws(() => idsOf(graph), {
      code: 'job.duplicate-uid',
      domain: 'user',
      message: `Two operators have the uid "same": 'first' at /jobs/job.ts:4 and 'second' at /jobs/job.ts:9.`,
      subject: { operator: 'same', field: 'uid', file: '/jobs/job.ts', position: 9 },
    });
  });
});
