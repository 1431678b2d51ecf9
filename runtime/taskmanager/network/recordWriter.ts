import type { KeySpec } from '../../api/operatorSpec';
import { keyHasher } from '../../api/keyHash';
import type { ShipStrategy } from '../../graph/distribution';
import { murmurHash, operatorIndexForKeyGroup } from '../../graph/keyGroups';
import { JobStateError } from '../../base/errors';
import { RowBatch } from '../../wire/batch';
import type { StreamElement } from '../../wire/channelFrames';
import { BatchBuilder } from './batchBuilder';
import { userFailure, type OperatorPlace } from '../operators/userFailure';
import type { Subpartition } from './subpartition';

/** Rows of a batch that several smaller ones are gathered into. */
const rowsPerBatch = 1000;

/** Longer ones are cut, so that a credit stands for a bounded amount. */
const maxRowsPerBatch = 4000;

/** Deals the rows of a batch out to the builders of the targets. */
type Deal = (batch: RowBatch) => void;

/**
 * The end of a chain: one edge of the job graph. It decides which consumer gets a row, computes key and key group once for all that
 * follows, and gathers batches per consumer. Events go to all consumers, behind what was gathered.
 */
export class RecordWriter {
  private readonly builders: readonly BatchBuilder[];
  private readonly deal: Deal;
  recordsOut = 0;

  /**
   * @param place the operator whose output this is
   * @param key of the target, for a hash edge
   * @param random in [0, 1), for a shuffle
   */
  constructor(
    private readonly place: OperatorPlace,
    private readonly targets: readonly Subpartition[],
    ship: ShipStrategy,
    key: KeySpec | undefined,
    maxParallelism: number,
    random: () => number,
  ) {
    this.builders = targets.map(() => new BatchBuilder(rowsPerBatch));
    this.deal = this.dealOf(ship, key, maxParallelism, random);
  }

  /** False while a consumer has neither credit nor room: backpressure. */
  get hasRoom(): boolean {
    for (const target of this.targets) if (!target.hasRoom) return false;
    return true;
  }

  get hasGathered(): boolean {
    return this.builders.some((builder) => builder.length > 0);
  }

  get isDrained(): boolean {
    return this.targets.every((target) => target.isDrained);
  }

  get bytesOut(): number {
    return this.targets.reduce((sum, target) => sum + target.bytesOut, 0);
  }

  write(batch: RowBatch): void {
    this.recordsOut += batch.length;
    this.deal(batch);
  }

  event(element: Exclude<StreamElement, { k: 'batch' }>): void {
    this.flush();
    for (const target of this.targets) target.add(element);
  }

  /** Sends what was gathered. */
  flush(): void {
    this.builders.forEach((_, index) => this.flushTarget(index));
  }

  release(): void {
    for (const target of this.targets) target.release();
  }

  private flushTarget(index: number): void {
    const builder = this.builders[index];
    if (builder !== undefined && builder.length > 0) this.targets[index]?.add({ k: 'batch', batch: builder.take() });
  }

  /** Large batches go on as they are, small ones are gathered. */
  private send(index: number, batch: RowBatch): void {
    if (batch.length >= rowsPerBatch / 4) {
      this.flushTarget(index);
      for (let from = 0; from < batch.length; from += maxRowsPerBatch) {
        const piece = batch.slice(from, Math.min(batch.length, from + maxRowsPerBatch));
        this.targets[index]?.add({ k: 'batch', batch: piece });
      }
      return;
    }
    for (let row = 0; row < batch.length; row++) this.gather(index, batch, row);
  }

  private gather(index: number, batch: RowBatch, row: number): void {
    const builder = this.builders[index];
    if (builder === undefined) return;
    builder.add(batch, row, batch.keys, batch.keyGroups);
    if (builder.isFull) this.flushTarget(index);
  }

  private dealOf(ship: ShipStrategy, key: KeySpec | undefined, maxParallelism: number, random: () => number): Deal {
    switch (ship) {
      case 'hash':
        if (key !== undefined) return this.byKeyGroup(key, maxParallelism);
        throw new JobStateError('internal.no-key', `${this.place.operator.name} has a keyed output without a key.`);
      case 'broadcast':
        return (batch) => this.targets.forEach((_, index) => this.send(index, batch));
      case 'global':
        return (batch) => this.send(0, batch);
      case 'shuffle':
        return this.atRandom(random);
      case 'forward':
      case 'rescale':
      case 'rebalance':
        return this.inTurn();
    }
  }

  private atRandom(random: () => number): Deal {
    const count = this.targets.length;
    return (batch) => {
      for (let row = 0; row < batch.length; row++) this.gather(Math.floor(random() * count), batch, row);
    };
  }

  /** Each consumer in turn gets its share of a batch. */
  private inTurn(): Deal {
    const count = this.targets.length;
    if (count === 1) return (batch) => this.send(0, batch);
    let next = 0;
    return (batch) => {
      const share = Math.ceil(batch.length / count);
      for (let from = 0; from < batch.length; from += share) {
        this.send(next, batch.slice(from, Math.min(batch.length, from + share)));
        next = next + 1 === count ? 0 : next + 1;
      }
    };
  }

  private byKeyGroup(key: KeySpec, maxParallelism: number): Deal {
    const keyed = keyColumns(this.place, key, maxParallelism);
    const count = this.targets.length;
    if (count === 1) return (batch) => this.send(0, keyed(batch));
    const targetOf = Uint16Array.from({ length: maxParallelism }, (_, keyGroup) =>
      operatorIndexForKeyGroup(keyGroup, count, maxParallelism),
    );
    return (batch) => this.dealKeyed(keyed(batch), targetOf);
  }

  private dealKeyed(batch: RowBatch, targetOf: Uint16Array): void {
    const { keys, keyGroups, length } = batch;
    if (keyGroups === undefined) return;
    for (let row = 0; row < length; row++) {
      const index = targetOf[keyGroups[row] ?? 0] ?? 0;
      const builder = this.builders[index];
      if (builder === undefined) continue;
      builder.add(batch, row, keys, keyGroups);
      if (builder.isFull) this.flushTarget(index);
    }
  }
}

/** The same rows with the columns of their key. */
function keyColumns(place: OperatorPlace, key: KeySpec, maxParallelism: number): (batch: RowBatch) => RowBatch {
  const { keySelector } = key;
  const hash = keyHasher(key.keyType);
  // The usual numbers of key groups are powers of two, for which there is something faster than a division.
  const mask = (maxParallelism & (maxParallelism - 1)) === 0 ? maxParallelism - 1 : 0;
  return (batch) => {
    const { length, rows } = batch;
    const keys = new Array<unknown>(length);
    const keyGroups = new Uint16Array(length);
    let row = 0;
    try {
      for (; row < length; row++) {
        const value = keySelector(rows[row]);
        keys[row] = value;
        const spread = murmurHash(hash(value));
        keyGroups[row] = mask === 0 ? spread % maxParallelism : spread & mask;
      }
    } catch (thrown) {
      throw userFailure(place, thrown, 'keyBy of its output', rows[row]);
    }
    return new RowBatch(length, rows, batch.timestamps, keys, keyGroups);
  };
}
