import type { TimeWindow } from '../../../runtime/api/index';
import type { Row } from './harness';

/** Rows of one key that belong together now. */
interface Pane {
  readonly key: string;
  window: TimeWindow;
  values: number[];
  /** The end of the window is still to come. */
  waiting: boolean;
}

export interface WindowModelConfig {
  readonly windowsOf: (row: Row) => readonly TimeWindow[];
  readonly merges: boolean;
  readonly latenessMs: number;
}

/** What windows of event time mean, as slow loops over all of them: the lines that rows and watermarks make them emit. */
export class WindowModel {
  readonly late: number[] = [];
  private panes: Pane[] = [];
  private watermarkMs = -Infinity;

  constructor(private readonly config: WindowModelConfig) {}

  row(row: Row): string[] {
    const lines: string[] = [];
    let taken = false;
    for (const window of this.config.windowsOf(row)) {
      if (!this.config.merges && this.isOver(window)) continue;
      const { pane, isNew } = this.config.merges ? this.merged(row.key, window) : this.paneOf(row.key, window);
      if (this.isOver(pane.window)) {
        this.panes = this.panes.filter((each) => each !== pane);
        continue;
      }
      taken = true;
      pane.values.push(row.value);
      if (pane.window.end - 1 <= this.watermarkMs) lines.push(line(pane));
      else if (isNew || this.unsure.has(pane)) pane.waiting = true;
    }
    if (!taken && row.timeMs + this.config.latenessMs <= this.watermarkMs) this.late.push(row.value);
    return lines;
  }

  watermark(ms: number): string[] {
    this.watermarkMs = ms;
    const due = this.panes.filter(({ waiting, window }) => waiting && window.end - 1 <= ms);
    for (const pane of due) pane.waiting = false;
    const lines = due.map(line);
    this.panes = this.panes.filter(({ window }) => !this.isOver(window));
    return lines;
  }

  /** Windows that have fired wait for their end again with the next row, because the watermark is not of the snapshot. */
  restored(): void {
    this.watermarkMs = -Infinity;
    this.unsure = new Set(this.panes);
  }

  /** Of the state. */
  get windows(): number {
    return this.panes.length;
  }

  private unsure = new Set<Pane>();

  private isOver(window: TimeWindow): boolean {
    return window.end - 1 + this.config.latenessMs <= this.watermarkMs;
  }

  private paneOf(key: string, window: TimeWindow): { pane: Pane; isNew: boolean } {
    const found = this.panes.find((pane) => pane.key === key && pane.window.start === window.start);
    if (found !== undefined) return { pane: found, isNew: false };
    const pane: Pane = { key, window, values: [], waiting: false };
    this.panes.push(pane);
    return { pane, isNew: true };
  }

  private merged(key: string, window: TimeWindow): { pane: Pane; isNew: boolean } {
    const touching = this.panes.filter(
      (pane) => pane.key === key && pane.window.start <= window.end && pane.window.end >= window.start,
    );
    const [first] = touching;
    if (first !== undefined && touching.length === 1 && covers(first.window, window))
      return { pane: first, isNew: false };
    const all = [window, ...touching.map((pane) => pane.window)];
    const start = Math.min(...all.map((each) => each.start));
    const end = Math.max(...all.map((each) => each.end));
    const values = touching.flatMap((pane) => pane.values);
    const pane: Pane = { key, window: { start, end }, values, waiting: false };
    this.panes = [...this.panes.filter((each) => !touching.includes(each)), pane];
    return { pane, isNew: true };
  }
}

function covers(outer: TimeWindow, inner: TimeWindow): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}

function line({ key, window, values }: Pane): string {
  return `${key} ${window.start}..${window.end} ${values.toSorted((a, b) => a - b).join(',')}`;
}
