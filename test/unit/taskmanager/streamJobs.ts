import {
  FileSink,
  GeneratorSource,
  StreamExecutionEnvironment,
  WatermarkStrategy,
  type DataStream,
  type SingleOutputStreamOperator,
} from '../../../runtime/api/index';
import type { Connectors } from '../../../runtime/api/connector';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';
import { MiniCluster } from './miniCluster';

/** Rows 0 … count - 1, whose event time is their number. */
export function numbers(
  env: StreamExecutionEnvironment,
  count: number,
  name = 'n',
): SingleOutputStreamOperator<number> {
  return env.fromSource(
    new GeneratorSource<number>({ generate: (index) => index, count }),
    WatermarkStrategy.forMonotonousTimestamps<number>().withTimestampAssigner((row) => row),
    name,
  );
}

/** A job of two subtasks each. */
export function jobOf(
  describe: (env: StreamExecutionEnvironment) => readonly DataStream<unknown>[],
  parallelism = 2,
): () => JobStreamGraph {
  return () => {
    const env = StreamExecutionEnvironment.getExecutionEnvironment().setParallelism(parallelism).setMaxParallelism(16);
    describe(env).forEach((stream, index) => stream.sinkTo(new FileSink({ path: `out${index}` })));
    return env.getStreamGraph('job');
  };
}

/** A cluster on which the job has been deployed, with connectors in memory unless others are given. */
export async function deployed(
  make: () => JobStreamGraph,
  taskManagers = 2,
  connectors?: Connectors,
): Promise<MiniCluster> {
  const cluster = new MiniCluster(1, connectors);
  await cluster.start(taskManagers);
  cluster.deploy(make);
  return cluster;
}

/** The rows of all sinks of a job that is cancelled and restored from a checkpoint after each source has given `before` rows. */
export async function outputAcrossRestore(make: () => JobStreamGraph, before: number): Promise<unknown[]> {
  const cluster = new MiniCluster();
  await cluster.start(2);
  cluster.connectors.limit = before;
  cluster.deploy(make);
  await cluster.allIn('RUNNING');
  await cluster.pass(200);
  const restore = await cluster.takeCheckpoint();
  await cluster.cancelAll();
  cluster.connectors.limit = Infinity;
  cluster.deploy(make, { restore });
  await cluster.runToEnd();
  return cluster.connectors.committed.toSorted();
}

/** The rows of all sinks of a job that runs to its end, sorted as text. */
export async function outputOf(make: () => JobStreamGraph): Promise<unknown[]> {
  const cluster = await deployed(make);
  await cluster.runToEnd();
  return cluster.connectors.committed.toSorted((a, b) => String(a).localeCompare(String(b), 'en', { numeric: true }));
}
