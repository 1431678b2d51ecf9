/** What "New Job" writes: a job that runs as it is, and what the editor needs to complete it without any install. */

/** A file to be written into the folder of the new job; `path` is relative to it. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The files of a new job. `name` is the author's word for it and becomes the name of the job; `typesPath` is the path of the library's
 * declarations (`dist/types/runtime/api/index.d.ts`), absolute or relative to the folder. Write `tsconfig.json` only where there is none.
 */
export function newJobFiles(name: string, typesPath: string): { readonly job: NewFile; readonly tsconfig: NewFile } {
  return {
    job: { path: `${fileName(name)}.ts`, text: jobText(name) },
    tsconfig: { path: 'tsconfig.json', text: tsconfigText(typesPath) },
  };
}

function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return plain === '' ? 'job' : plain;
}

function tsconfigText(typesPath: string): string {
  const compilerOptions = {
    target: 'ES2023',
    lib: ['ES2023'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    moduleDetection: 'force',
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    paths: { 'job-state': [relativeOrAbsolute(typesPath)] },
  };
  return `${JSON.stringify({ compilerOptions, include: ['**/*.ts'] }, undefined, 2)}\n`;
}

/** TypeScript reads a path without a leading `./` or root as a package name. */
function relativeOrAbsolute(path: string): string {
  const slashes = path.replaceAll('\\', '/');
  return /^(\.{0,2}\/|[A-Za-z]:\/)/.test(slashes) ? slashes : `./${slashes}`;
}

function jobText(name: string): string {
  return `import {
  FileSink,
  GeneratorSource,
  KeyedProcessFunction,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type OnTimerContext,
  type RuntimeContext,
  type ValueState,
} from 'job-state';

interface Reading {
  sensor: string;
  timeMs: number;
  celsius: number;
}

interface Average {
  sensor: string;
  hour: string;
  celsius: number;
}

const hourMs = 3_600_000;

/** Per sensor: sum and number of the readings of the current hour; emitted and forgotten when the hour is over. */
class HourlyAverage extends KeyedProcessFunction<string, Reading, Average> {
  private hour!: ValueState<{ sum: number; count: number }>;

  override open(context: RuntimeContext): void {
    const type = Types.POJO('example.Hour', { sum: Types.DOUBLE, count: Types.LONG });
    this.hour = context.getState(new ValueStateDescriptor('hour', type));
  }

  processElement(reading: Reading, context: KeyedContext<string>): void {
    const { sum, count } = this.hour.value() ?? { sum: 0, count: 0 };
    this.hour.update({ sum: sum + reading.celsius, count: count + 1 });
    context.timerService().registerEventTimeTimer(Math.floor(reading.timeMs / hourMs) * hourMs + hourMs - 1);
  }

  override onTimer(timestampMs: number, context: OnTimerContext<string>, out: Collector<Average>): void {
    const hour = this.hour.value();
    if (hour === undefined) return;
    const start = new Date(timestampMs + 1 - hourMs).toISOString();
    out.collect({ sensor: context.getCurrentKey(), hour: start, celsius: hour.sum / hour.count });
    this.hour.clear();
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2).enableCheckpointing(5_000);

/** One reading a minute of each of ten sensors. */
const readings = new GeneratorSource<Reading>({
  generate: (index) => ({
    sensor: \`sensor-\${index % 10}\`,
    timeMs: Date.UTC(2026, 0, 1) + Math.floor(index / 10) * 60_000,
    celsius: 15 + 10 * Math.sin(index / 1_000),
  }),
  rowsPerSecond: 1_000,
});
const eventTime = WatermarkStrategy.forBoundedOutOfOrderness(60_000).withTimestampAssigner(
  (reading: Reading) => reading.timeMs,
);

env
  .fromSource(readings, eventTime, 'readings')
  .uid('readings')
  .keyBy((reading) => reading.sensor, Types.STRING)
  .process(new HourlyAverage())
  .uid('hourly-average')
  .name('hourly average')
  .sinkTo(new FileSink({ path: 'output' }))
  .uid('averages')
  .name('averages');

await env.execute(${JSON.stringify(name)});
`;
}
