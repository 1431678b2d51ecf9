import {
  defaultExecutionConfig,
  withSettings,
  type CheckpointConfig,
  type ExecutionConfig,
  type ExecutionSettings,
} from '../graph/executionConfig';
import type { RestartStrategy } from '../graph/restartStrategy';
import { callerLocation } from './callerLocation';
import { SingleOutputStreamOperator } from './dataStream';
import type { JobStreamGraph } from './operatorSpec';
import type { Source } from './sources';
import { StreamGraphBuilder } from './streamGraphBuilder';
import type { TimestampAssigner, WatermarkStrategy } from './watermarks';

/** Where `execute` leaves its graph for whoever imported the job; see loadStreamGraph.ts. */
const submitted: unique symbol = Symbol.for('job-state.streamGraphs');

/** The start of every job; Flink's class of the same name. */
export class StreamExecutionEnvironment {
  static readonly [submitted]: JobStreamGraph[] = [];

  readonly #builder = new StreamGraphBuilder();
  #config: ExecutionConfig = defaultExecutionConfig;

  private constructor() {}

  static getExecutionEnvironment(): StreamExecutionEnvironment {
    return new StreamExecutionEnvironment();
  }

  /** Of every operator that does not set its own; 1 by default. */
  setParallelism(parallelism: number): this {
    return this.configure({ parallelism });
  }

  /** Number of key groups of every operator that does not set its own; derived from the parallelism by default. */
  setMaxParallelism(maxParallelism: number): this {
    return this.configure({ maxParallelism });
  }

  /** Takes a checkpoint every `intervalMs`. */
  enableCheckpointing(intervalMs: number, mode: CheckpointConfig['mode'] = 'exactly_once'): this {
    return this.configure({ checkpointing: { intervalMs, mode } });
  }

  /** Whether and when the job restarts after a failure; `RestartStrategies` makes one. */
  setRestartStrategy(restartStrategy: RestartStrategy): this {
    return this.configure({ restartStrategy });
  }

  /** Every operator becomes a task of its own. */
  disableOperatorChaining(): this {
    return this.configure({ operatorChaining: false });
  }

  /** Sets anything else: checkpoint time-outs, restart strategy, directories. A run may override it. */
  configure(settings: ExecutionSettings): this {
    this.#config = withSettings(this.#config, settings);
    return this;
  }

  fromSource<T>(
    source: Source<T>,
    watermarkStrategy: WatermarkStrategy<NoInfer<T>>,
    name: string,
  ): SingleOutputStreamOperator<T> {
    const { generator, timestampAssigner, idlenessMs } = watermarkStrategy;
    const watermarks = {
      generator,
      ...(timestampAssigner === undefined
        ? {}
        : { timestampAssigner: timestampAssigner as TimestampAssigner<unknown> }),
      ...(idlenessMs === undefined ? {} : { idlenessMs }),
    };
    const location = callerLocation(this, 'fromSource');
    return new SingleOutputStreamOperator<T>(
      this.#builder,
      this.#builder.addSource(name, { kind: 'source', source: { ...source }, watermarks }, location),
    );
  }

  /** The graph as it is now, without submitting it. */
  getStreamGraph(jobName = 'job'): JobStreamGraph {
    return this.#builder.build(jobName, this.#config, callerLocation(this, 'getStreamGraph'));
  }

  /**
   * Submits the job, once, at the end of the job's file. It runs after the file has been evaluated: the promise resolves at once,
   * and what follows it runs before the job.
   */
  execute(jobName = 'job'): Promise<void> {
    const location = callerLocation(this, 'execute');
    StreamExecutionEnvironment[submitted].push(this.#builder.build(jobName, this.#config, location));
    return Promise.resolve();
  }
}
