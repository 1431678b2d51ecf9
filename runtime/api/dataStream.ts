import type { SourceLocation } from '../graph/streamGraph';
import { callerLocation } from './callerLocation';
import { describable, OfOperator } from './describable';
import type { Collector, KeyedProcessFunction } from './functions';
import { checkKeyType } from './keyHash';
import type { KeySpec, OperatorSpec } from './operatorSpec';
import type { Sink } from './sinks';
import { describeNode, type DraftNode, type StreamGraphBuilder } from './streamGraphBuilder';
import type { TypeInformation, TypeSpec } from './types';

/** A stream of rows of type `T`; Flink's class of the same name. Every method adds one operator that reads this stream. */
export class DataStream<T> extends OfOperator {
  constructor(
    protected readonly builder: StreamGraphBuilder,
    node: DraftNode,
  ) {
    super(node);
  }

  map<R>(map: (value: T) => R): SingleOutputStreamOperator<R> {
    return this.#transform(
      'Map',
      { kind: 'map', map: map as (value: unknown) => unknown },
      callerLocation(this, 'map'),
    );
  }

  /** Keeps the rows for which the function is true. */
  filter(filter: (value: T) => boolean): SingleOutputStreamOperator<T> {
    return this.#transform(
      'Filter',
      { kind: 'filter', filter: filter as (value: unknown) => boolean },
      callerLocation(this, 'filter'),
    );
  }

  /** Emits any number of rows per row. */
  flatMap<R>(flatMap: (value: T, out: Collector<R>) => void): SingleOutputStreamOperator<R> {
    const erased = flatMap as (value: unknown, out: Collector<unknown>) => void;
    return this.#transform('Flat Map', { kind: 'flatMap', flatMap: erased }, callerLocation(this, 'flatMap'));
  }

  /**
   * Groups the rows by key: all rows of a key meet the same subtask and its state.
   * The type decides how the key is hashed and stored; without one it is JSON.
   */
  keyBy<K>(keySelector: (value: T) => K, keyType: TypeInformation<K> = jsonKey): KeyedStream<T, K> {
    checkKeyType(keyType);
    return new KeyedStream(this.builder, this.node, {
      keySelector: keySelector as (value: unknown) => unknown,
      keyType,
    });
  }

  sinkTo(sink: Sink<T>): DataStreamSink {
    return new DataStreamSink(this.#add('Sink', { kind: 'sink', sink: { ...sink } }, callerLocation(this, 'sinkTo')));
  }

  /** Prints every row to the output of the TaskManager. */
  print(prefix = ''): DataStreamSink {
    const operator: OperatorSpec = { kind: 'sink', sink: { connector: 'print', prefix } };
    return new DataStreamSink(this.#add('Print to Std. Out', operator, callerLocation(this, 'print')));
  }

  #transform<R>(
    name: string,
    operator: OperatorSpec,
    location: SourceLocation | undefined,
  ): SingleOutputStreamOperator<R> {
    return new SingleOutputStreamOperator<R>(this.builder, this.#add(name, operator, location));
  }

  #add(name: string, operator: OperatorSpec, location: SourceLocation | undefined): DraftNode {
    return this.builder.addOperator(this.node, 'default', name, operator, location);
  }
}

const jsonKey: TypeSpec = { kind: 'JSON' };

/** The output of the operator that was just added, which can still be described. */
export class SingleOutputStreamOperator<T> extends describable(DataStream)<T> {
  /** Is not chained to its input. */
  startNewChain(): this {
    describeNode(this.node, { chainingStrategy: 'HEAD' });
    return this;
  }
}

/** A stream grouped by key. */
export class KeyedStream<T, K> {
  constructor(
    private readonly builder: StreamGraphBuilder,
    private readonly input: DraftNode,
    private readonly key: KeySpec,
  ) {}

  process<O>(process: KeyedProcessFunction<K, T, O>): SingleOutputStreamOperator<O> {
    const operator: OperatorSpec = {
      kind: 'keyedProcess',
      key: this.key,
      process: process,
    };
    const node = this.builder.addOperator(
      this.input,
      'hash',
      'KeyedProcess',
      operator,
      callerLocation(this, 'process'),
    );
    return new SingleOutputStreamOperator<O>(this.builder, node);
  }
}

/** The end of a stream. */
export class DataStreamSink extends describable(OfOperator) {}
