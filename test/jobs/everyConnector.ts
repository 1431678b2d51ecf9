/**
 * Three pipelines that number the rows of each key: CSV files, JSON arrays and a socket into directories of CSV and NDJSON, a directory for
 * each key. Folder and port come in the environment.
 */
import {
  CsvFileSink,
  CsvSource,
  FileSink,
  JsonArraySource,
  KeyedProcessFunction,
  SocketTextSource,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type RuntimeContext,
  type Source,
  type ValueState,
} from 'job-state';

interface Row {
  id: number;
  key: string;
  note: string;
}

interface Numbered extends Row {
  /** Its number among the rows of its key. */
  nth: number;
}

class NumberRows extends KeyedProcessFunction<string, Row, Numbered> {
  private count!: ValueState<number, number>;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG, 0));
  }

  override processElement(row: Row, _context: KeyedContext<string>, out: Collector<Numbered>): void {
    const nth = this.count.value() + 1;
    this.count.update(nth);
    out.collect({ ...row, nth });
  }
}

const folder = process.env['FLIGHTS_FOLDER'] ?? '.';
const port = Number(process.env['ROWS_PORT']);
const rowsPerSecond = 1_500;

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(200);
env.configure({ checkpointing: { tolerableFailures: 'unlimited' } });

const read = <T>(source: Source<T>, name: string) =>
  env.fromSource(source, WatermarkStrategy.noWatermarks(), name).uid(name);

const fromCsv = new CsvSource({
  path: `${folder}/csv`,
  columns: { id: Types.LONG, key: Types.STRING, note: Types.STRING },
  rowsPerSecond,
});
read(fromCsv, 'csv')
  .keyBy((row) => row.key, Types.STRING)
  .process(new NumberRows())
  .uid('number-csv')
  .sinkTo(
    new CsvFileSink<Numbered>({
      path: `${folder}/out/csv`,
      columns: ['id', 'key', 'note', 'nth'],
      bucket: ({ key }) => `key=${key}`,
    }),
  )
  .uid('csv-sink');

read(new JsonArraySource<Row>({ path: `${folder}/json`, rowsPerSecond }), 'json')
  .keyBy((row) => row.key, Types.STRING)
  .process(new NumberRows())
  .uid('number-json')
  .sinkTo(new FileSink<Numbered>({ path: `${folder}/out/json`, suffix: '.ndjson', bucket: ({ key }) => `key=${key}` }))
  .uid('json-sink');

read(new SocketTextSource({ host: '127.0.0.1', port }), 'socket')
  .map((line) => JSON.parse(line) as Row)
  .keyBy((row) => row.key, Types.STRING)
  .process(new NumberRows())
  .uid('number-socket')
  .sinkTo(
    new FileSink<Numbered>({ path: `${folder}/out/socket`, suffix: '.ndjson', bucket: ({ key }) => `key=${key}` }),
  )
  .uid('socket-sink');

await env.execute('every connector');
