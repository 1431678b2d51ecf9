import type { Disposable, Env } from '../base/env';
import { errorData } from '../base/errors';
import { joinPath } from '../base/files';

const flushDelayMs = 100;
const flushBytes = 256 * 1024;
const rotateBytes = 8 * 1024 * 1024;

/**
 * All that happened to a job and what was done about it, one JSON object a line, for people and tools: `events.ndjson`, and the part
 * before it in `events.1.ndjson`. It is for reading, not for resuming, so writing waits for nobody, and a failure to write is logged once.
 */
export class EventLog {
  private readonly encoder = new TextEncoder();
  private lines: string[] = [];
  private bufferedBytes = 0;
  private writtenBytes = 0;
  private timer: Disposable | undefined;
  private writing: Promise<void> = Promise.resolve();
  private broken = false;

  constructor(
    private readonly env: Env,
    private readonly directory: string,
  ) {}

  append(kind: 'event' | 'effect' | 'step', entry: unknown): void {
    if (this.broken) return;
    const line = JSON.stringify({ atMs: this.env.clock.wallMs(), [kind]: entry }, withoutBytes);
    this.lines.push(line);
    this.bufferedBytes += line.length;
    if (this.bufferedBytes >= flushBytes) this.flush();
    else this.timer ??= this.env.clock.after(flushDelayMs, 'real', () => this.flush());
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.flush();
    await this.writing;
  }

  private flush(): void {
    this.timer?.dispose();
    this.timer = undefined;
    if (this.lines.length === 0) return;
    const bytes = this.encoder.encode(`${this.lines.join('\n')}\n`);
    this.lines = [];
    this.bufferedBytes = 0;
    this.writing = this.writing.then(async () => {
      try {
        await this.write(bytes);
      } catch (error) {
        this.broken = true;
        this.env.log.warn('the event log cannot be written', { error: errorData(error).message });
      }
    });
  }

  private async write(bytes: Uint8Array): Promise<void> {
    const { disk } = this.env;
    const path = joinPath(this.directory, 'events.ndjson');
    if (this.writtenBytes > rotateBytes) {
      await disk.rename(path, joinPath(this.directory, 'events.1.ndjson'));
      this.writtenBytes = 0;
    }
    const file = await disk.open(path, 'append');
    try {
      await file.append(bytes);
    } finally {
      await file.close();
    }
    this.writtenBytes += bytes.length;
  }
}

/** Inlined state says nothing to a reader and would be long. */
function withoutBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? `${value.length} bytes` : value;
}
