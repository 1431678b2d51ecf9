import type { SplitState } from '../api/connector';
import { RowFailure } from '../api/rowFailure';
import type { GeneratorSourceSpec } from '../api/sources';
import type { Chunk, SplitCursor, SplitFormat } from './splitReader';

const chunkRows = 65_536;

/** Rows made by index. Split i of n makes the rows i, i + n, …; its position is the index of its next row. */
export class GeneratorFormat implements SplitFormat {
  constructor(private readonly spec: GeneratorSourceSpec) {}

  splits(parallelism: number): Promise<readonly SplitState[]> {
    return Promise.resolve(
      Array.from({ length: parallelism }, (_, index) => ({ split: `stride-${parallelism}-${index}`, position: index })),
    );
  }

  open(split: SplitState): Promise<SplitCursor> {
    const stride = Number(split.split.split('-')[1]);
    return Promise.resolve(new GeneratorCursor(this.spec, Number(split.position), stride));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class GeneratorCursor implements SplitCursor {
  constructor(
    private readonly spec: GeneratorSourceSpec,
    private at: number,
    private readonly stride: number,
  ) {}

  next(): Promise<Chunk | undefined> {
    const { count, generate } = this.spec;
    const start = this.at;
    const stride = this.stride;
    const length = Math.min(chunkRows, Math.max(0, Math.ceil((count - start) / stride)));
    if (length === 0) return Promise.resolve(undefined);
    this.at += length * stride;
    return Promise.resolve({
      length,
      rows: (from, to) => {
        const rows = new Array<unknown>(to - from);
        let index = from;
        try {
          for (; index < to; index++) rows[index - from] = generate(start + index * stride);
        } catch (thrown) {
          throw new RowFailure(thrown, `generate for the index ${start + index * stride}`);
        }
        return rows;
      },
      positionAfter: (rows) => start + rows * stride,
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
