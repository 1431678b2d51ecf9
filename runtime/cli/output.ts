import type { Paged } from '../cluster/cluster';
import type { CliWorld, CommonOptions, PageOptions } from './world';

/** To the start of the line, which is erased (ECMA-48, EL). */
const lineAnew = '\r\x1b[K';

/** Prints an answer: as JSON on one line, or as people read it. */
export class Output {
  constructor(
    private readonly world: CliWorld,
    private readonly options: CommonOptions,
  ) {}

  /** `value` for programs, `text` for people; a text of several lines comes as a list. */
  show(value: unknown, text: () => string | readonly string[]): void {
    if (this.options.json === true) {
      this.world.write(`${JSON.stringify(value)}\n`);
      return;
    }
    const lines = text();
    this.world.write(`${typeof lines === 'string' ? lines : lines.join('\n')}\n`);
  }

  /** Something beside the answer, only for people. */
  note(text: string): void {
    if (this.options.json !== true) this.world.writeError(`${text}\n`);
  }

  /** How far something is, while `work` goes on: one line that changes, and only on a terminal. */
  async progress<T>(work: (onProgress: ((text: string) => void) | undefined) => Promise<T>): Promise<T> {
    if (this.options.json === true || !this.world.errorIsTerminal) return work(undefined);
    try {
      return await work((text) => this.world.writeError(`${lineAnew}${text}`));
    } finally {
      this.world.writeError(lineAnew);
    }
  }
}

/** Columns of equal width, the last one as it is; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 2)))
      .join('')
      .trimEnd(),
  );
}

/** The last line of a list that has more pages. */
export function moreText(page: Paged<unknown>): readonly string[] {
  if (page.items.length >= page.total) return [];
  const more = page.next === undefined ? '' : `; go on with --after '${page.next}'`;
  return [`${page.items.length} of ${page.total}${more}`];
}

/** What is asked for of a list. */
export function pageOf({ limit, after }: PageOptions): PageOptions {
  return { limit, ...(after === undefined ? {} : { after }) };
}

export function timeText(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
}

/** `850 ms`, `12 s`, `3 min 20 s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
