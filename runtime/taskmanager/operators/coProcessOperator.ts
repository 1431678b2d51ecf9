import type { AnyCoProcessFunction } from '../../api/coFunctions';
import type { KeyedContext } from '../../api/functions';
import type { RowBatch } from '../../wire/batch';
import type { KeyedFunctionContext, UnkeyedContext } from './functionContext';
import { UnkeyedFunctionOperator, type ElementCall } from './functionOperator';
import { KeyedFunctionOperator } from './keyedFunctionOperator';
import type { SubtaskEnvironment } from './runtimeContext';
import type { OperatorPlace } from './userFailure';

/** What is called for the rows of each of the two inputs. */
class CoElements<Context extends KeyedContext<unknown>> {
  private readonly first: ElementCall<Context>;
  private readonly second: ElementCall<Context>;

  constructor(process: AnyCoProcessFunction) {
    this.first = {
      method: 'processElement1',
      call: (value, context, out) => process.processElement1(value, context, out),
    };
    this.second = {
      method: 'processElement2',
      call: (value, context, out) => process.processElement2(value, context, out),
    };
  }

  of(input: number): ElementCall<Context> {
    return input === 0 ? this.first : this.second;
  }
}

/** Runs a CoProcessFunction over two inputs without keys. */
export class CoProcessOperator extends UnkeyedFunctionOperator {
  private readonly elements: CoElements<UnkeyedContext>;

  constructor(place: OperatorPlace, process: AnyCoProcessFunction, environment: SubtaskEnvironment) {
    super(place, process, environment);
    this.elements = new CoElements(process);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch | undefined {
    return this.processRows(batch, this.context, this.elements.of(input));
  }
}

/** Runs a function over two inputs whose batches carry their keys, with state and timers that both share. */
export class KeyedCoProcessOperator extends KeyedFunctionOperator {
  private readonly elements: CoElements<KeyedFunctionContext>;

  constructor(
    place: OperatorPlace,
    private readonly process: AnyCoProcessFunction,
    environment: SubtaskEnvironment,
  ) {
    super(place, process, environment);
    this.elements = new CoElements(process);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch | undefined {
    return this.processKeyedRows(batch, this.elements.of(input));
  }

  protected override onTimer(timestampMs: number, context: KeyedFunctionContext): void {
    this.process.onTimer?.(timestampMs, context, this.collector);
  }
}
