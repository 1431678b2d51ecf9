import type { JsonValue, ConnectorContext, PollResult, SourceReader, SplitState } from '../api/connector';
import { Doorbell } from './doorbell';
import { RateLimiter } from './rateLimiter';

/** Consecutive rows of a split that are in memory. */
export interface Chunk {
  readonly length: number;
  /** Fresh row objects from index `from` up to but not including `to`. */
  rows(from: number, to: number): unknown[];
  /** Where reading goes on behind the first `count` rows of this chunk. */
  positionAfter(count: number): JsonValue;
}

/** One open split. */
export interface SplitCursor {
  /** undefined at the end of the split. */
  next(): Promise<Chunk | undefined>;
  close(): Promise<void>;
}

/** What a kind of input has to know; everything else about reading splits is the same for all. */
export interface SplitFormat {
  /** All splits of the input, always in the same order. `parallelism` matters only to inputs that are made, not found. */
  splits(parallelism: number): Promise<readonly SplitState[]>;
  open(split: SplitState): Promise<SplitCursor>;
  close(): Promise<void>;
}

/** Chunks read ahead of the task. */
const chunksAhead = 2;

/** Reads its splits one after the other, chunks ahead of the task, at its share of the source's rate. */
export class SplitReader implements SourceReader<unknown> {
  /** Splits not yet opened. */
  private waiting: SplitState[] = [];
  /** Chunks read and not yet handed out, each with its split. */
  private readonly ready: { readonly split: string; readonly chunk: Chunk }[] = [];
  /** Rows of the first ready chunk that are handed out. */
  private taken = 0;
  /** The split that is being read and the position behind the last row handed out of it. */
  private readonly open: SplitState[] = [];
  private allRead = false;
  private failure: Error | undefined;
  private closed = false;
  /** The reading ahead that is under way. */
  private filling: Promise<void> | undefined;
  private cursor: SplitCursor | undefined;
  private readonly bell: Doorbell;
  private readonly rate: RateLimiter;

  constructor(
    private readonly format: SplitFormat,
    private readonly context: ConnectorContext,
    rowsPerSecond: number | undefined,
  ) {
    this.bell = new Doorbell(context.clock);
    const total = context.rowsPerSecond ?? rowsPerSecond;
    this.rate = new RateLimiter(context.clock, total === undefined ? undefined : total / context.parallelism);
  }

  async start(restored: readonly SplitState[] | undefined): Promise<void> {
    const { subtask, parallelism } = this.context;
    const mine =
      restored ?? (await this.format.splits(parallelism)).filter((_, index) => index % parallelism === subtask);
    this.waiting = [...mine];
    this.context.count('splits', mine.length);
    this.fill();
  }

  poll(maxRows: number): PollResult<unknown> {
    const first = this.ready[0];
    if (first === undefined) {
      if (this.failure !== undefined) throw this.failure;
      if (this.allRead) {
        this.open.length = 0;
        return { t: 'exhausted' };
      }
      this.bell.ask();
      return { t: 'nothing' };
    }
    const allowed = this.rate.take(Math.min(maxRows, first.chunk.length - this.taken));
    if (allowed === 0) {
      this.bell.askAfter(this.rate.waitMs());
      return { t: 'nothing' };
    }
    const rows = first.chunk.rows(this.taken, this.taken + allowed);
    this.taken += allowed;
    this.advance(first.split, first.chunk.positionAfter(this.taken));
    if (this.taken === first.chunk.length) {
      this.taken = 0;
      this.ready.shift();
      this.fill();
    }
    this.context.count('rows', allowed);
    return { t: 'rows', rows };
  }

  onAvailable(available: () => void): void {
    this.bell.onRing(available);
  }

  snapshot(): readonly SplitState[] {
    return [...this.open, ...this.waiting];
  }

  async close(): Promise<void> {
    this.closed = true;
    this.bell.dispose();
    // What is being opened or read now is closed behind it.
    await this.filling;
    await this.cursor?.close();
    await this.format.close();
  }

  private advance(split: string, position: JsonValue): void {
    const index = this.open.findIndex((state) => state.split === split);
    if (index >= 0) this.open[index] = { split, position };
    // Rows of a later split prove that the earlier ones were handed out to their end.
    if (index > 0) this.open.splice(0, index);
  }

  private fill(): void {
    if (this.filling !== undefined || this.allRead || this.failure !== undefined || this.closed) return;
    this.filling = this.readAhead().then(
      () => this.filled(),
      (error: unknown) => {
        this.failure = error instanceof Error ? error : new Error(String(error));
        this.filled();
      },
    );
  }

  private filled(): void {
    this.filling = undefined;
    this.bell.ring();
    if (this.ready.length < chunksAhead) this.fill();
  }

  /** Reads until enough lies ready or all is read. */
  private async readAhead(): Promise<void> {
    while (this.ready.length < chunksAhead && !this.closed) {
      if (this.cursor === undefined) {
        const split = this.waiting[0];
        if (split === undefined) {
          this.allRead = true;
          return;
        }
        this.cursor = await this.format.open(split);
        this.waiting.shift();
        this.open.push(split);
      }
      const chunk = await this.cursor.next();
      const split = this.open.at(-1)?.split;
      if (chunk === undefined || split === undefined) {
        await this.cursor.close();
        this.cursor = undefined;
        if (this.ready.length === 0) this.open.length = 0;
      } else if (chunk.length > 0) {
        this.ready.push({ split, chunk });
        this.bell.ring();
      }
    }
  }
}
