import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  FileSink,
  GeneratorSource,
  KeyedProcessFunction,
  StreamExecutionEnvironment,
  Types,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type OnTimerContext,
} from '../../../runtime/api/index';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';
import { SourceWatermarks } from '../../../runtime/taskmanager/operators/sourceWatermarks';
import type { ChainElement } from '../../../runtime/taskmanager/chainElement';
import { countingJob } from './jobs';
import { MiniCluster } from './miniCluster';

/** Emits once per key, a second of processing time after its first record. */
class Delayed extends KeyedProcessFunction<number, number, string> {
  override processElement(_value: number, context: KeyedContext<number>): void {
    const timers = context.timerService();
    timers.registerProcessingTimeTimer(Math.floor(timers.currentProcessingTime() / 1000) * 1000 + 1000);
  }

  override onTimer(timestampMs: number, context: OnTimerContext<number>, out: Collector<string>): void {
    out.collect(`${context.getCurrentKey()} ${context.timeDomain()} ${timestampMs % 1000}`);
  }
}

function delayedJob(): JobStreamGraph {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  env
    .fromSource(
      new GeneratorSource<number>({ generate: (index) => index, count: 10 }),
      WatermarkStrategy.noWatermarks(),
      'n',
    )
    .keyBy((value) => value % 3, Types.LONG)
    .process(new Delayed())
    .sinkTo(new FileSink({ path: 'out' }));
  return env.getStreamGraph('delayed');
}

describe('processing time', () => {
  test('timers fire by the clock although nothing flows, also after a restore', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.deploy(delayedJob);
    await cluster.until(() => cluster.taskFigures('KeyedProcess')?.recordsIn === 10);
    const restore = await cluster.takeCheckpoint();
    await cluster.until(() => cluster.connectors.written === 3);
    await cluster.cancelAll();
    cluster.deploy(delayedJob, { restore });
    await cluster.until(() => cluster.connectors.written === 6);
    await cluster.runToEnd();
    assert.deepEqual((cluster.connectors.committed as string[]).toSorted(), [
      '0 processing 0',
      '1 processing 0',
      '2 processing 0',
    ]);
  });
});

describe('the watermarks of a source', () => {
  const place = {
    operator: { nodeId: 1, operatorId: 'x' as never, name: 'n', kind: 'source', chainedTo: [] },
    subtask: 0,
  } as const;
  const spec = {
    generator: { t: 'boundedOutOfOrderness', maxOutOfOrdernessMs: 5 },
    timestampAssigner: (row: unknown) => row as number,
    idlenessMs: 1000,
  } as const;
  const text = (elements: Iterable<ChainElement>): string[] =>
    [...elements].map((e) => (e.k === 'watermark' ? `${e.ms}` : e.k === 'status' ? (e.idle ? 'idle' : 'active') : e.k));

  test('are the highest timestamp less the bound, every 200 ms at most, and never go back', () => {
    const watermarks = new SourceWatermarks(place, spec, 0);
    assert.deepEqual(watermarks.assign([10, 30, 20]), Float64Array.of(10, 30, 20));
    assert.deepEqual(text(watermarks.periodic(100)), []);
    assert.deepEqual(text(watermarks.periodic(200)), ['24']);
    watermarks.assign([15]);
    assert.deepEqual(text(watermarks.periodic(500)), []);
  });

  test('stop holding others back when no rows come, and go on with the next row', () => {
    const watermarks = new SourceWatermarks(place, spec, 0);
    assert.equal(watermarks.waitMs(0), 1000);
    assert.deepEqual(text(watermarks.periodic(1000)), ['idle']);
    assert.deepEqual(text(watermarks.periodic(3000)), []);
    assert.deepEqual(text(watermarks.beforeRows(3000)), ['active']);
    assert.deepEqual(text(watermarks.exhausted()), ['idle']);
    assert.deepEqual(text(watermarks.end()), ['active', String(Number.MAX_SAFE_INTEGER)]);
  });

  test('a timestamp that is no number fails with the record', () => {
    const watermarks = new SourceWatermarks(place, { ...spec, timestampAssigner: () => NaN }, 0);
    assert.throws(() => watermarks.assign([{ a: 1 }]), { code: 'job.timestamp', message: /the record \{"a":1\}/ });
  });
});

describe('a sink that is full', () => {
  test('stops its task and, without credit, the source; both go on when it has room', async () => {
    const cluster = new MiniCluster();
    await cluster.start(2);
    cluster.connectors.full = true;
    cluster.deploy(() => countingJob({ rows: 100_000, keys: 20, parallelism: 2 }));
    await cluster.allIn('RUNNING');
    await cluster.pass(3000);
    const figures = cluster.taskFigures('events');
    assert.ok((figures?.backPressuredMs ?? 0) > 1000);
    assert.ok((figures?.recordsOut ?? 0) < 30_000);
    cluster.connectors.empty();
    await cluster.runToEnd();
    assert.equal(cluster.connectors.committed.length, 90_000);
  });
});

describe('a TaskManager', () => {
  test('ends itself when the connection to its JobManager ends', async () => {
    const cluster = new MiniCluster();
    await cluster.start(1);
    cluster.deploy(() => countingJob({ rows: 1000, keys: 5 }));
    await cluster.allIn('RUNNING');
    cluster.disconnect();
    await cluster.until(() => cluster.ended.length === 1);
    assert.deepEqual(cluster.ended, ['tm-1']);
  });
});
