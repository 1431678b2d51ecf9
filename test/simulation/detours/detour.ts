import {
  WatermarkStrategy,
  type DataStream,
  type SingleOutputStreamOperator,
  type Source,
  type StreamExecutionEnvironment,
} from '../../../runtime/api/index';
import type { Row } from '../countedRow';

/** What a detour is built into: one pipeline of a job. */
export interface Pipeline {
  readonly env: StreamExecutionEnvironment;
  /** How many rows the pipeline reads, and how fast. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly rowOf: (index: number) => Row;
  /** A uid that is unique among the pipelines of a job. */
  readonly uid: (name: string) => string;
}

/** A longer way for the rows of a stream: at its end there are the same rows with the same event times, none of them late. */
export type Detour = (rows: DataStream<Row>, pipeline: Pipeline) => DataStream<Row>;

/** A source of rows in the order of their event time. */
export function inOrder<T extends Pick<Row, 'atMs'>>(
  { env, uid }: Pick<Pipeline, 'env' | 'uid'>,
  source: Source<T>,
  name: string,
): SingleOutputStreamOperator<T> {
  const watermarks = WatermarkStrategy.forMonotonousTimestamps<T>().withTimestampAssigner((row) => row.atMs);
  return env.fromSource(source, watermarks, name).uid(uid(name));
}
