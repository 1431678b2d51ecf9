import type { ConnectorContext, PollResult, SourceReader, SplitState } from '../api/connector';
import type { SocketTextSourceSpec } from '../api/sources';
import type { Disposable, IncomingStream } from '../base/env';
import { errorData, externalError, userError } from '../base/errors';
import { Doorbell } from './doorbell';
import { LineQueue } from './lineQueue';
import { RateLimiter } from './rateLimiter';

/** Lines that wait for the task; beyond it the sender is slowed down. */
const fullCharacters = 1 << 20;
const fullLines = 1 << 16;
const longestLineCharacters = 16 << 20;

/** The one split: whoever has it is connected. There is no position, because what was sent cannot be asked for again. */
const connectionSplit: SplitState = { split: 'connection', position: null };

/** Reads lines from a socket: one connection at a time, made again as its spec says. */
export class SocketReader implements SourceReader<unknown> {
  private readonly lines = new LineQueue();
  private readonly bell: Doorbell;
  private readonly rate: RateLimiter;
  /** Where the lines come from, for messages. */
  private readonly peer: string;
  private stream: IncomingStream | undefined;
  private isPaused = false;
  /** Since data came for the last time. */
  private retries = 0;
  private retry: Disposable | undefined;
  private ended = false;
  private exhausted = false;
  private failure: Error | undefined;
  private closed = false;

  constructor(
    private readonly spec: SocketTextSourceSpec,
    private readonly context: ConnectorContext,
  ) {
    this.bell = new Doorbell(context.clock);
    this.rate = new RateLimiter(context.clock, context.rowsPerSecond ?? spec.rowsPerSecond);
    this.peer = `${spec.host}:${spec.port}`;
  }

  start(restored: readonly SplitState[] | undefined): Promise<void> {
    const mine = restored ?? (this.context.subtask === 0 ? [connectionSplit] : []);
    this.context.count('splits', mine.length);
    this.ended = mine.length === 0;
    if (!this.ended) {
      this.context.log.info(`Reading lines from ${this.peer}, which cannot be read again after a failure`);
      this.connect();
    }
    return Promise.resolve();
  }

  poll(maxRows: number): PollResult<unknown> {
    if (this.lines.waiting === 0) {
      if (this.failure !== undefined) throw this.failure;
      this.exhausted = this.ended;
      if (this.exhausted) return { t: 'exhausted' };
      this.bell.ask();
      return { t: 'nothing' };
    }
    const allowed = this.rate.take(Math.min(maxRows, this.lines.waiting));
    if (allowed === 0) {
      this.bell.askAfter(this.rate.waitMs());
      return { t: 'nothing' };
    }
    const rows = this.lines.take(allowed);
    if (this.isPaused && !this.isFull(2)) {
      this.isPaused = false;
      this.stream?.resume();
    }
    this.context.count('rows', allowed);
    return { t: 'rows', rows };
  }

  onAvailable(available: () => void): void {
    this.bell.onRing(available);
  }

  snapshot(): readonly SplitState[] {
    return this.exhausted || (this.ended && this.lines.waiting === 0) ? [] : [connectionSplit];
  }

  close(): Promise<void> {
    this.closed = true;
    this.retry?.dispose();
    this.bell.dispose();
    this.stream?.close();
    return Promise.resolve();
  }

  private connect(): void {
    this.context.net.connectTcp(this.spec.host, this.spec.port).then(
      (stream) => this.connected(stream),
      (error: unknown) => this.lost(error),
    );
  }

  private connected(stream: IncomingStream): void {
    if (this.closed) {
      stream.close();
      return;
    }
    this.stream = stream;
    this.isPaused = false;
    stream.onClose((error) => this.disconnected(error));
    stream.onData((bytes) => this.received(stream, bytes));
  }

  private received(stream: IncomingStream, bytes: Uint8Array): void {
    if (this.closed) return;
    this.retries = 0;
    this.lines.add(bytes);
    if (this.lines.openCharacters > longestLineCharacters) {
      this.failure = lineTooLong(this.peer);
      stream.close();
    } else if (!this.isPaused && this.isFull(1)) {
      this.isPaused = true;
      stream.pause();
    }
    if (this.lines.waiting > 0) this.bell.ring();
  }

  /** Full, or with 2 still half full. */
  private isFull(share: 1 | 2): boolean {
    return this.lines.waitingCharacters > fullCharacters / share || this.lines.waiting > fullLines / share;
  }

  private disconnected(error: Error | undefined): void {
    this.stream = undefined;
    if (error === undefined) this.lines.end();
    else if (this.lines.breakOff()) this.context.count('linesSkipped', 1);
    this.lost(error);
  }

  /** There is no connection: it could not be made, or it broke (with an error), or it ended. */
  private lost(error: unknown): void {
    if (this.closed || this.failure !== undefined) {
      this.bell.ring();
    } else if (this.retries < this.spec.maxRetries) {
      this.retries++;
      this.retry = this.context.clock.after(this.spec.retryDelayMs, 'real', () => this.connect());
      this.bell.ring();
    } else {
      if (error === undefined) this.ended = true;
      else this.failure = connectionLost(this.peer, error);
      this.bell.ring();
    }
  }
}

function lineTooLong(peer: string): Error {
  return userError(
    'source.line-too-long',
    `${peer} sends a line of more than ${longestLineCharacters} characters.`,
    'Let it send text with line ends.',
  );
}

function connectionLost(peer: string, thrown: unknown): Error {
  const { message } = errorData(thrown);
  return externalError(
    'source.connection-lost',
    `There is no connection to ${peer}: ${message}`,
    'Start the program that sends the lines (as nc -lk does), or give the source maxRetries.',
    { cause: thrown },
  );
}
