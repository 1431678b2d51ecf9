import type { CoFlatMapFunction, CoMapFunction } from '../../api/coFunctions';
import { RowBatch } from '../../wire/batch';
import { BatchCollector } from './batchCollector';
import { StreamOperator } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

export class CoMapOperator extends StreamOperator {
  constructor(
    place: OperatorPlace,
    private readonly map: CoMapFunction<unknown, unknown, unknown>,
  ) {
    super(place);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch {
    const { rows, length } = batch;
    const { map } = this;
    const mapped = new Array<unknown>(length);
    let row = 0;
    try {
      for (; row < length; row++) mapped[row] = input === 0 ? map.map1(rows[row]) : map.map2(rows[row]);
    } catch (thrown) {
      throw userFailure(this.place, thrown, `map${input + 1}`, rows[row]);
    }
    return new RowBatch(length, mapped, batch.timestamps, undefined, undefined);
  }
}

export class CoFlatMapOperator extends StreamOperator {
  private readonly collector = new BatchCollector();

  constructor(
    place: OperatorPlace,
    private readonly flatMap: CoFlatMapFunction<unknown, unknown, unknown>,
  ) {
    super(place);
  }

  override processBatch(batch: RowBatch, input: number): RowBatch | undefined {
    const { rows, length, timestamps } = batch;
    const { flatMap, collector } = this;
    let row = 0;
    try {
      for (; row < length; row++) {
        collector.timestamp = timestamps?.[row] ?? NaN;
        if (input === 0) flatMap.flatMap1(rows[row], collector);
        else flatMap.flatMap2(rows[row], collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, `flatMap${input + 1}`, rows[row]);
    }
    return collector.take();
  }
}
