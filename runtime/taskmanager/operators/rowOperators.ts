import type { OperatorSpec } from '../../api/operatorSpec';
import { RowBatch } from '../../wire/batch';
import { BatchCollector } from './batchCollector';
import { StreamOperator } from './streamOperator';
import { userFailure, type OperatorPlace } from './userFailure';

export class MapOperator extends StreamOperator {
  private readonly map: (value: unknown) => unknown;

  constructor(place: OperatorPlace, spec: Extract<OperatorSpec, { kind: 'map' }>) {
    super(place);
    this.map = spec.map;
  }

  override processBatch(batch: RowBatch): RowBatch {
    const { rows, length } = batch;
    const { map } = this;
    const mapped = new Array<unknown>(length);
    let row = 0;
    try {
      for (; row < length; row++) mapped[row] = map(rows[row]);
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'map', rows[row]);
    }
    return new RowBatch(length, mapped, batch.timestamps, undefined, undefined);
  }
}

export class FilterOperator extends StreamOperator {
  private readonly filter: (value: unknown) => boolean;

  constructor(place: OperatorPlace, spec: Extract<OperatorSpec, { kind: 'filter' }>) {
    super(place);
    this.filter = spec.filter;
  }

  override processBatch(batch: RowBatch): RowBatch {
    const { rows, length, timestamps } = batch;
    const { filter } = this;
    const kept: unknown[] = [];
    const keptTimestamps = timestamps === undefined ? undefined : new Float64Array(length);
    let row = 0;
    try {
      for (; row < length; row++) {
        const value = rows[row];
        if (!filter(value)) continue;
        if (keptTimestamps !== undefined) keptTimestamps[kept.length] = timestamps?.[row] ?? NaN;
        kept.push(value);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'filter', rows[row]);
    }
    if (kept.length === length) return batch;
    return new RowBatch(kept.length, kept, keptTimestamps?.subarray(0, kept.length), undefined, undefined);
  }
}

export class FlatMapOperator extends StreamOperator {
  private readonly flatMap: Extract<OperatorSpec, { kind: 'flatMap' }>['flatMap'];
  private readonly collector = new BatchCollector();

  constructor(place: OperatorPlace, spec: Extract<OperatorSpec, { kind: 'flatMap' }>) {
    super(place);
    this.flatMap = spec.flatMap;
  }

  override processBatch(batch: RowBatch): RowBatch | undefined {
    const { rows, length, timestamps } = batch;
    const { flatMap, collector } = this;
    let row = 0;
    try {
      for (; row < length; row++) {
        collector.timestamp = timestamps?.[row] ?? NaN;
        flatMap(rows[row], collector);
      }
    } catch (thrown) {
      throw userFailure(this.place, thrown, 'flatMap', rows[row]);
    }
    return collector.take();
  }
}
