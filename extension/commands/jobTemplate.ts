/** A job that counts and can be looked into: source, keyed state, sink. */
export function jobTemplate(name: string): string {
  return `import {
  GeneratorSource,
  KeyedProcessFunction,
  PrintSink,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type RuntimeContext,
  type ValueState,
} from 'job-state';

interface Click {
  user: string;
  timeMs: number;
}

/** Counts the clicks of each user; the count is keyed state: checkpointed, restored, shown in the Jobs view. */
class CountClicks extends KeyedProcessFunction<string, Click, string> {
  private count!: ValueState<number>;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
  }

  override processElement(_click: Click, context: KeyedContext<string>, out: Collector<string>): void {
    const count = (this.count.value() ?? 0) + 1;
    this.count.update(count);
    if (count % 100 === 0) out.collect(\`\${context.getCurrentKey()}: \${count} clicks\`);
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(5_000);

env
  .fromSource(
    new GeneratorSource<Click>({
      generate: (index) => ({ user: \`user-\${index % 20}\`, timeMs: index * 10 }),
      rowsPerSecond: 200,
    }),
    WatermarkStrategy.forMonotonousTimestamps<Click>().withTimestampAssigner((click) => click.timeMs),
    'clicks',
  )
  .uid('clicks')
  .keyBy((click) => click.user, Types.STRING)
  .process(new CountClicks())
  .uid('count-clicks')
  .sinkTo(new PrintSink());

await env.execute('${name}');
`;
}
