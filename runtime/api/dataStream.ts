import type { SourceLocation, StreamPartitioner } from '../graph/streamGraph';
import type { AggregateFunction, ReduceFunction } from './aggregations';
import type { BroadcastProcessFunction, KeyedBroadcastProcessFunction } from './broadcastFunctions';
import { BroadcastStream, type AnyMapDescriptor } from './broadcastStream';
import { callerLocation } from './callerLocation';
import type { CoFlatMapFunction, CoMapFunction, CoProcessFunction, KeyedCoProcessFunction } from './coFunctions';
import { broadcastProcess, coProcess, ConnectedInputs, type ConnectedInput } from './connectedInputs';
import { DataStreamSink } from './dataStreamSink';
import { describable, type OfOperator } from './describable';
import type { Collector, KeyedProcessFunction, ProcessFunction } from './functions';
import { checkKeyType } from './keyHash';
import type { KeySpec, OperatorSpec } from './operatorSpec';
import type { OutputTag } from './outputTag';
import { extreme, extremeRow, summing } from './rollingAggregations';
import type { Sink, SinkSpec } from './sinks';
import { checkSameJob } from './streamChecks';
import {
  describeNode,
  partitioned,
  type DraftNode,
  type StreamGraphBuilder,
  type Upstream,
} from './streamGraphBuilder';
import type { TypeInformation, TypeSpec } from './types';
import type { WindowAssigner } from './windowing/windowAssigners';
import { WindowDescription } from './windowing/windowDescription';
import type { FunctionAndType } from './windowing/windowArguments';
import type { ProcessWindowFunction } from './windowing/windowFunctions';
import type { WindowSpec } from './windowing/windowSpec';

/** A stream of rows of type `T`; Flink's class of the same name. Most methods add one operator that reads this stream. */
export class DataStream<T> {
  constructor(
    protected readonly builder: StreamGraphBuilder,
    readonly upstream: readonly Upstream[],
  ) {}

  map<R>(map: (value: T) => R): SingleOutputStreamOperator<R> {
    const operator: OperatorSpec = { kind: 'map', map: map as (value: unknown) => unknown };
    return this.#transform('Map', operator, callerLocation(this, 'map'));
  }

  /** Keeps the rows for which the function is true. */
  filter(filter: (value: T) => boolean): SingleOutputStreamOperator<T> {
    const operator: OperatorSpec = { kind: 'filter', filter: filter as (value: unknown) => boolean };
    return this.#transform('Filter', operator, callerLocation(this, 'filter'));
  }

  /** Emits any number of rows per row. */
  flatMap<R>(flatMap: (value: T, out: Collector<R>) => void): SingleOutputStreamOperator<R> {
    const erased = flatMap as (value: unknown, out: Collector<unknown>) => void;
    return this.#transform('Flat Map', { kind: 'flatMap', flatMap: erased }, callerLocation(this, 'flatMap'));
  }

  /** As `flatMap`, with time and side outputs. */
  process<R>(process: ProcessFunction<T, R>): SingleOutputStreamOperator<R> {
    return this.#transform('Process', { kind: 'process', process }, callerLocation(this, 'process'));
  }

  /**
   * Groups the rows by key: all rows of a key meet the same subtask and its state.
   * The type decides how the key is hashed and stored; without one it is JSON.
   */
  keyBy<K>(keySelector: (value: T) => K, keyType: TypeInformation<K> = jsonType): KeyedStream<T, K> {
    checkKeyType(keyType);
    return new KeyedStream(this.builder, partitioned(this.upstream, 'hash'), {
      keySelector: keySelector as (value: unknown) => unknown,
      keyType,
    });
  }

  /** Both streams, for functions that have state or decisions in common. Key both, or give a broadcast one, to share state. */
  connect<R>(other: BroadcastStream<R>): BroadcastConnectedStream<T, R>;
  connect<R>(other: DataStream<R>): ConnectedStreams<T, R>;
  connect<R>(other: BroadcastStream<R> | DataStream<R>): BroadcastConnectedStream<T, R> | ConnectedStreams<T, R> {
    if (other instanceof BroadcastStream) return new BroadcastConnectedStream<T, R>(this.builder, this, other);
    checkSameJob(this.builder, other.builder);
    return new ConnectedStreams<T, R>(this.builder, new ConnectedInputs(this, other));
  }

  /** The rows of all these streams, in no order among each other. */
  union(...streams: readonly DataStream<T>[]): DataStream<T> {
    for (const { builder } of streams) checkSameJob(this.builder, builder);
    return new DataStream<T>(
      this.builder,
      [this, ...streams].flatMap(({ upstream }) => upstream),
    );
  }

  /** One to one to a reader of the same parallelism. */
  forward(): DataStream<T> {
    return this.#partitioned('forward');
  }

  /** In turn to all subtasks of the reader. */
  rebalance(): DataStream<T> {
    return this.#partitioned('rebalance');
  }

  /** In turn to those subtasks of the reader that this subtask shares with no other, or with few. */
  rescale(): DataStream<T> {
    return this.#partitioned('rescale');
  }

  /** To subtasks of the reader chosen at random. */
  shuffle(): DataStream<T> {
    return this.#partitioned('shuffle');
  }

  /** Every row to every subtask of the reader; with states, to be connected to another stream that reads them. */
  broadcast(): DataStream<T>;
  broadcast(...states: readonly [AnyMapDescriptor, ...AnyMapDescriptor[]]): BroadcastStream<T>;
  broadcast(...states: readonly AnyMapDescriptor[]): DataStream<T> | BroadcastStream<T> {
    if (states.length === 0) return this.#partitioned('broadcast');
    return new BroadcastStream<T>(this.builder, partitioned(this.upstream, 'broadcast'), states);
  }

  /** Every row to the first subtask of the reader. */
  global(): DataStream<T> {
    return this.#partitioned('global');
  }

  sinkTo(sink: Sink<T>): DataStreamSink {
    return this.#end('Sink', { ...sink }, callerLocation(this, 'sinkTo'));
  }

  /** Prints every row to the output of the TaskManager. */
  print(prefix = ''): DataStreamSink {
    return this.#end('Print to Std. Out', { connector: 'print', prefix }, callerLocation(this, 'print'));
  }

  #partitioned(partitioner: StreamPartitioner): DataStream<T> {
    return new DataStream<T>(this.builder, partitioned(this.upstream, partitioner));
  }

  #transform<R>(name: string, operator: OperatorSpec, location: SourceLocation): SingleOutputStreamOperator<R> {
    return outputOf(this.builder, [this.upstream], name, operator, location);
  }

  #end(name: string, sink: SinkSpec, location: SourceLocation): DataStreamSink {
    return new DataStreamSink(this.builder.addOperator([this.upstream], name, { kind: 'sink', sink }, location));
  }
}

const jsonType: TypeSpec = { kind: 'JSON' };

/** Adds an operator that reads these inputs; what it emits. */
function outputOf<R>(
  builder: StreamGraphBuilder,
  ...operator: Parameters<StreamGraphBuilder['addOperator']>
): SingleOutputStreamOperator<R> {
  return new SingleOutputStreamOperator<R>(builder, builder.addOperator(...operator));
}

/** The main output of an operator. */
class OperatorOutput<T> extends DataStream<T> implements OfOperator {
  constructor(
    builder: StreamGraphBuilder,
    readonly node: DraftNode,
  ) {
    super(builder, [{ node, partitioner: 'default' }]);
  }
}

/** The output of the operator that was just added, which can still be described. */
export class SingleOutputStreamOperator<T> extends describable(OperatorOutput)<T> {
  /** Is not chained to its input. */
  startNewChain(): this {
    describeNode(this.node, { chainingStrategy: 'HEAD' });
    return this;
  }

  /** What the function of this operator emits with `context.output(tag, row)`. */
  getSideOutput<X>(tag: OutputTag<X>): DataStream<X> {
    return new DataStream<X>(this.builder, [{ node: this.node, partitioner: 'default', outputTag: tag.id }]);
  }
}

/** A stream grouped by key. */
export class KeyedStream<T, K> {
  constructor(
    private readonly builder: StreamGraphBuilder,
    readonly upstream: readonly Upstream[],
    readonly key: KeySpec,
  ) {}

  process<O>(process: KeyedProcessFunction<K, T, O>): SingleOutputStreamOperator<O> {
    const operator: OperatorSpec = { kind: 'keyedProcess', key: this.key, process };
    return this.#transform('KeyedProcess', operator, callerLocation(this, 'process'));
  }

  /** Cuts the rows of each key into windows. */
  window(assigner: WindowAssigner<T>): WindowedStream<T, K> {
    return new WindowedStream(assigner, (window, location) =>
      this.#transform(assigner.name, { kind: 'window', key: this.key, window }, location),
    );
  }

  /** For each row, all rows of its key so far in one. The type is that of the state; without one it is JSON. */
  reduce(reduce: ReduceFunction<T>, type: TypeInformation<T> = jsonType): SingleOutputStreamOperator<T> {
    return this.#reduce('Keyed Reduce', reduce, type, callerLocation(this, 'reduce'));
  }

  /** For each row, the first row of its key with the sum of this field so far. */
  sum(field: keyof T & string, type: TypeInformation<T> = jsonType): SingleOutputStreamOperator<T> {
    return this.#reduce(aggregation, summing<T>(field), type, callerLocation(this, 'sum'));
  }

  /** For each row, the first row of its key with the lowest value of this field so far. */
  min(field: keyof T & string, type: TypeInformation<T> = jsonType): SingleOutputStreamOperator<T> {
    return this.#reduce(aggregation, extreme<T>(field, 1), type, callerLocation(this, 'min'));
  }

  /** For each row, the first row of its key with the highest value of this field so far. */
  max(field: keyof T & string, type: TypeInformation<T> = jsonType): SingleOutputStreamOperator<T> {
    return this.#reduce(aggregation, extreme<T>(field, -1), type, callerLocation(this, 'max'));
  }

  /** For each row, the row of its key that has the lowest value of this field so far; of equal ones the first, or the last. */
  minBy(field: keyof T & string, first = true, type: TypeInformation<T> = jsonType): SingleOutputStreamOperator<T> {
    return this.#reduce(aggregation, extremeRow<T>(field, 1, first), type, callerLocation(this, 'minBy'));
  }

  /** For each row, the row of its key that has the highest value of this field so far; of equal ones the first, or the last. */
  maxBy(field: keyof T & string, first = true, type: TypeInformation<T> = jsonType): SingleOutputStreamOperator<T> {
    return this.#reduce(aggregation, extremeRow<T>(field, -1, first), type, callerLocation(this, 'maxBy'));
  }

  /** With another stream of the same type of key: rows of equal keys share state and timers. */
  connect<R>(other: BroadcastStream<R>): BroadcastConnectedStream<T, R, K>;
  connect<R>(other: KeyedStream<R, K>): ConnectedStreams<T, R, K>;
  connect<R>(
    other: BroadcastStream<R> | KeyedStream<R, K>,
  ): BroadcastConnectedStream<T, R, K> | ConnectedStreams<T, R, K> {
    if (other instanceof BroadcastStream) return new BroadcastConnectedStream<T, R, K>(this.builder, this, other);
    checkSameJob(this.builder, other.builder);
    return new ConnectedStreams<T, R, K>(this.builder, new ConnectedInputs(this, other));
  }

  #reduce(
    name: string,
    reduce: ReduceFunction<T>,
    valueType: TypeSpec,
    location: SourceLocation,
  ): SingleOutputStreamOperator<T> {
    const erased = reduce as ReduceFunction<unknown>;
    return this.#transform(name, { kind: 'reduce', key: this.key, reduce: erased, valueType }, location);
  }

  #transform<R>(name: string, operator: OperatorSpec, location: SourceLocation): SingleOutputStreamOperator<R> {
    return outputOf(this.builder, [this.upstream], name, operator, location);
  }
}

/** Adds a window operator to a keyed stream. */
type AddWindow = <R>(window: WindowSpec, location: SourceLocation) => SingleOutputStreamOperator<R>;

/** A keyed stream cut into windows; Flink's class of this name. One of `reduce`, `aggregate` and `process` makes a stream of it again. */
export class WindowedStream<T, K> extends WindowDescription<T> {
  readonly #add: AddWindow;

  constructor(assigner: WindowAssigner<T>, add: AddWindow) {
    super(assigner);
    this.#add = add;
  }

  /**
   * Keeps one value per window: its rows, reduced. It is emitted, or given to the window function.
   * @param type of the rows, for their storage; JSON by default
   */
  reduce(reduce: ReduceFunction<T>, type?: TypeInformation<T>): SingleOutputStreamOperator<T>;
  reduce<R>(
    reduce: ReduceFunction<T>,
    windowFunction: ProcessWindowFunction<T, R, K>,
    type?: TypeInformation<T>,
  ): SingleOutputStreamOperator<R>;
  reduce(reduce: ReduceFunction<T>, ...rest: FunctionAndType<T>): SingleOutputStreamOperator<unknown> {
    return this.#add(this.reducing(reduce, rest), callerLocation(this, 'reduce'));
  }

  /**
   * Keeps one accumulator per window. Its result is emitted, or given to the window function.
   * @param accumulatorType of the accumulators, for their storage; JSON by default
   */
  aggregate<Acc, V>(
    aggregate: AggregateFunction<T, Acc, V>,
    accumulatorType?: TypeInformation<Acc>,
  ): SingleOutputStreamOperator<V>;
  aggregate<Acc, V, R>(
    aggregate: AggregateFunction<T, Acc, V>,
    windowFunction: ProcessWindowFunction<V, R, K>,
    accumulatorType?: TypeInformation<Acc>,
  ): SingleOutputStreamOperator<R>;
  aggregate<Acc, V>(
    aggregate: AggregateFunction<T, Acc, V>,
    ...rest: FunctionAndType<Acc>
  ): SingleOutputStreamOperator<unknown> {
    return this.#add(this.aggregating(aggregate, rest), callerLocation(this, 'aggregate'));
  }

  /**
   * Keeps all rows of a window, for the function to see when it fires.
   * @param elementType of the rows, for their storage; JSON by default
   */
  process<R>(
    windowFunction: ProcessWindowFunction<T, R, K>,
    elementType?: TypeInformation<T>,
  ): SingleOutputStreamOperator<R> {
    return this.#add(this.collecting(windowFunction, elementType), callerLocation(this, 'process'));
  }
}

/** Flink's name of the operator behind `sum` and the like. */
const aggregation = 'Keyed Aggregation';

/** Two streams with one operator to come; `K` is the type of their keys. Flink's class of the same name. */
export class ConnectedStreams<T, R, K = never> {
  constructor(
    private readonly builder: StreamGraphBuilder,
    private readonly inputs: ConnectedInputs,
  ) {}

  /** Groups both streams by keys of one type. */
  keyBy<Key>(
    keySelector1: (value: T) => Key,
    keySelector2: (value: R) => Key,
    keyType: TypeInformation<Key> = jsonType,
  ): ConnectedStreams<T, R, Key> {
    const [first, second] = [keySelector1, keySelector2] as [KeySpec['keySelector'], KeySpec['keySelector']];
    return new ConnectedStreams<T, R, Key>(this.builder, this.inputs.keyBy(first, second, keyType));
  }

  map<O>(map: CoMapFunction<T, R, O>): SingleOutputStreamOperator<O> {
    const operator: OperatorSpec = { kind: 'coMap', keys: this.inputs.keys, map };
    return this.#transform('Co-Map', operator, callerLocation(this, 'map'));
  }

  flatMap<O>(flatMap: CoFlatMapFunction<T, R, O>): SingleOutputStreamOperator<O> {
    const operator: OperatorSpec = { kind: 'coFlatMap', keys: this.inputs.keys, flatMap };
    return this.#transform('Co-Flat Map', operator, callerLocation(this, 'flatMap'));
  }

  /** With keyed state and timers where both streams are keyed. */
  process<O>(process: CoProcessFunction<T, R, O> | KeyedCoProcessFunction<K, T, R, O>): SingleOutputStreamOperator<O> {
    const { name, operator } = coProcess(this.inputs.keys, process);
    return this.#transform(name, operator, callerLocation(this, 'process'));
  }

  #transform<O>(name: string, operator: OperatorSpec, location: SourceLocation): SingleOutputStreamOperator<O> {
    return outputOf(this.builder, this.inputs.upstreams, name, operator, location);
  }
}

/** A stream beside a broadcast one; `K` is the type of its keys. Flink's class of the same name. */
export class BroadcastConnectedStream<T, B, K = never> {
  constructor(
    private readonly builder: StreamGraphBuilder,
    private readonly stream: ConnectedInput,
    private readonly broadcast: BroadcastStream<B>,
  ) {}

  /** A KeyedBroadcastProcessFunction where the stream is keyed, a BroadcastProcessFunction where it is not. */
  process<O>(
    process: BroadcastProcessFunction<T, B, O> | KeyedBroadcastProcessFunction<K, T, B, O>,
  ): SingleOutputStreamOperator<O> {
    const { stream, broadcast } = this;
    checkSameJob(this.builder, broadcast.builder);
    const { name, operator } = broadcastProcess(stream.key, process, broadcast.states);
    const upstreams = [stream.upstream, broadcast.upstream];
    return outputOf(this.builder, upstreams, name, operator, callerLocation(this, 'process'));
  }
}
