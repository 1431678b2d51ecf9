import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stackLocations } from '../../../runtime/api/callerLocation';
import {
  FileSink,
  GeneratorSource,
  KeyedProcessFunction,
  NdjsonSource,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
  type SingleOutputStreamOperator,
} from '../../../runtime/api/index';
import { loadStreamGraph } from '../../../runtime/api/loadStreamGraph';

interface Row {
  word: string;
}

class Nothing extends KeyedProcessFunction<string, Row, Row> {
  processElement(): void {
    return;
  }
}

function words(env: StreamExecutionEnvironment): SingleOutputStreamOperator<Row> {
  return env.fromSource(new NdjsonSource<Row>({ path: 'words.ndjson' }), WatermarkStrategy.noWatermarks(), 'words');
}

describe('the stream graph of a job', () => {
  test('has the operators with their names, kinds and edges', () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    words(env)
      .map((row) => row)
      .filter(() => true)
      .flatMap((row: Row, out: { collect(row: Row): void }) => out.collect(row))
      .keyBy((row) => row.word, Types.STRING)
      .process(new Nothing())
      .sinkTo(new FileSink({ path: 'out' }))
      .name('results');
    const { nodes, edges, jobName } = env.getStreamGraph('count');
    assert.equal(jobName, 'count');
    assert.deepEqual(
      nodes.map((node) => [node.nodeId, node.name, node.kind]),
      [
        [1, 'Source: words', 'source'],
        [2, 'Map', 'map'],
        [3, 'Filter', 'filter'],
        [4, 'Flat Map', 'flatMap'],
        [5, 'KeyedProcess', 'keyedProcess'],
        [6, 'results: Writer', 'sink'],
      ],
    );
    assert.deepEqual(
      edges.map((edge) => [edge.from, edge.to, edge.partitioner]),
      [
        [1, 2, 'default'],
        [2, 3, 'default'],
        [3, 4, 'default'],
        [4, 5, 'hash'],
        [5, 6, 'default'],
      ],
    );
  });

  test('has what the author said about an operator, on that operator', () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    words(env)
      .uid('in')
      .map((row) => row)
      .uid('m')
      .name('mapped')
      .setParallelism(2)
      .setMaxParallelism(16)
      .startNewChain()
      .filter(() => true)
      .disableChaining()
      .print('> ')
      .uid('out')
      .setParallelism(1);
    const [source, map, filter, sink] = env.getStreamGraph().nodes;
    assert.equal(source?.uid, 'in');
    assert.deepEqual(
      [map?.uid, map?.name, map?.parallelism, map?.maxParallelism, map?.chainingStrategy],
      ['m', 'mapped', 2, 16, 'HEAD'],
    );
    assert.equal(filter?.chainingStrategy, 'NEVER');
    assert.deepEqual([sink?.uid, sink?.name, sink?.parallelism], ['out', 'Print to Std. Out: Writer', 1]);
    assert.deepEqual(sink?.operator, { kind: 'sink', sink: { connector: 'print', prefix: '> ' } });
  });

  test('remembers the line of the operator, then that of its uid', () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    const source = words(env);
    const mapped = source.map((row) => row);
    const [, before] = (mapped.print(), env.getStreamGraph()).nodes;
    mapped.uid('later');
    const [, after] = env.getStreamGraph().nodes;
    assert.equal(before?.location?.file, import.meta.filename);
    assert.equal(after?.location?.file, import.meta.filename);
    assert.equal(after.location.line - before.location.line, 2);
  });

  test('leaves out sources that nobody reads', () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    words(env);
    words(env).print();
    assert.deepEqual(
      env.getStreamGraph().nodes.map((node) => node.nodeId),
      [2, 3],
    );
  });

  test('carries the user functions, sources and watermarks as plain fields', () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    const strategy = WatermarkStrategy.forBoundedOutOfOrderness(50)
      .withTimestampAssigner((row: number) => row)
      .withIdleness(1000);
    env.fromSource(new GeneratorSource({ count: 3, generate: (n) => n, rowsPerSecond: 5 }), strategy, 'n').print();
    const operator = env.getStreamGraph().nodes[0]?.operator;
    assert.ok(operator?.kind === 'source' && operator.source.connector === 'generator');
    assert.equal(operator.source.generate(2), 2);
    assert.deepEqual([operator.source.count, operator.source.rowsPerSecond], [3, 5]);
    assert.deepEqual(operator.watermarks.generator, { t: 'boundedOutOfOrderness', maxOutOfOrdernessMs: 50 });
    assert.equal(operator.watermarks.timestampAssigner?.(7, undefined), 7);
    assert.equal(operator.watermarks.idlenessMs, 1000);
  });

  test('holds sources and sinks as plain objects, without their classes', () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    words(env).sinkTo(new FileSink({ path: 'out' }));
    const [source, sink] = env.getStreamGraph().nodes.map((node) => node.operator);
    assert.ok(source?.kind === 'source' && sink?.kind === 'sink');
    assert.deepEqual(source.source, { connector: 'ndjson', path: 'words.ndjson', onError: 'fail' });
    assert.equal(Object.getPrototypeOf(sink.sink), Object.prototype);
  });

  test('collects the settings of the environment', () => {
    const { config } = StreamExecutionEnvironment.getExecutionEnvironment()
      .setParallelism(2)
      .setMaxParallelism(64)
      .enableCheckpointing(1000, 'at_least_once')
      .disableOperatorChaining()
      .configure({ restartStrategy: { attempts: 3 }, checkpointing: { timeoutMs: 5000 } })
      .getStreamGraph();
    assert.deepEqual([config.parallelism, config.maxParallelism, config.operatorChaining], [2, 64, false]);
    assert.deepEqual(config.restartStrategy, { type: 'fixed-delay', attempts: 3, delayMs: 0 });
    const { intervalMs, mode, timeoutMs } = config.checkpointing;
    assert.deepEqual([intervalMs, mode, timeoutMs], [1000, 'at_least_once', 5000]);
  });

  const mistakes: readonly [what: string, field: string, make: (env: StreamExecutionEnvironment) => unknown][] = [
    ['an empty uid', 'uid', (env) => words(env).uid('')],
    ['an empty name', 'name', (env) => words(env).name('')],
    ['no parallelism', 'parallelism', (env) => words(env).setParallelism(0)],
    ['too many key groups', 'maxParallelism', (env) => words(env).setMaxParallelism(40_000)],
    ['a negative rate', 'rowsPerSecond', () => new NdjsonSource({ path: 'x', rowsPerSecond: -1 })],
    ['a negative count', 'count', () => new GeneratorSource({ count: -1, generate: (n) => n })],
    ['a negative delay', 'maxOutOfOrdernessMs', () => WatermarkStrategy.forBoundedOutOfOrderness(-1)],
  ];
  for (const [what, field, make] of mistakes) {
    test(`refuses ${what}, naming ${field}`, () => {
      const env = StreamExecutionEnvironment.getExecutionEnvironment();
      assert.throws(
        () => make(env),
        (error: { code: string; subject: { field: string } }) =>
          error.code === 'job.bad-setting' && error.subject.field === field,
      );
    });
  }
});

describe('loading a stream graph', () => {
  test('returns the only graph that the module submitted', async () => {
    const graph = StreamExecutionEnvironment.getExecutionEnvironment().getStreamGraph('one');
    assert.equal(await loadStreamGraph('/job.mjs', () => Promise.resolve({ streamGraphs: [graph] })), graph);
  });

  test('refuses a module that is no bundle of a job', async () => {
    await assert.rejects(
      loadStreamGraph('/job.mjs', () => Promise.resolve({})),
      { code: 'internal.bundle' },
    );
  });
});

test('stack lines of all forms tell file, line and column', () => {
  const stack = [
    'Error: at first (sight.ts:1:1)',
    '    at Totals.open (/jobs/my job.ts:12:5)',
    '    at /jobs/job.ts:7:1',
    '    at async file:///jobs/my%20job.mjs?evaluation=1:3:4',
    '    at new Totals (C:\\jobs\\job.ts:4:2)',
    '    at file:///C:/jobs/job.mjs:5:6',
    '    at Array.map (<anonymous>)',
    '    at node:internal/process/task_queues:95:5',
  ].join('\n');
  assert.deepEqual(
    stackLocations(stack).map(({ file, line, column }) => `${file} ${line} ${column}`),
    ['/jobs/my job.ts 12 5', '/jobs/job.ts 7 1', '/jobs/my job.mjs 3 4', 'C:\\jobs\\job.ts 4 2', 'C:/jobs/job.mjs 5 6'],
  );
});
