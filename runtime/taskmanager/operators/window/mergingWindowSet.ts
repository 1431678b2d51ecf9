import { JobStateError } from '../../../base/errors';
import { sameWindow, type TimeWindow } from '../../../api/windowing/timeWindow';

/** A window and the one under whose namespace its contents are stored. As in the list state `merging-window-set`. */
export type WindowMapping = readonly [window: TimeWindow, stateWindow: TimeWindow];

/** Windows that have become one. */
export interface Merge {
  readonly result: TimeWindow;
  /** The windows of the set that are no more. */
  readonly merged: readonly TimeWindow[];
  /** Where the contents of the result are stored. */
  readonly stateWindow: TimeWindow;
  /** Whose contents must be added to those of `stateWindow`. */
  readonly mergedStateWindows: readonly TimeWindow[];
}

/** What adding a window has led to. */
export interface Added {
  /** The window that the row belongs to now. */
  readonly window: TimeWindow;
  readonly stateWindow: TimeWindow;
  /** undefined when nothing of the set was changed: the window is new, or lies within one that was there. */
  readonly merge: Merge | undefined;
}

/**
 * The windows in flight of one key that merge where they touch (Flink's `MergingWindowSet`). The contents of a window stay where they were stored
 * first, so that a session that grows moves nothing.
 */
export class MergingWindowSet {
  private mappings: WindowMapping[];
  private changed = false;

  /** @param stored as `mappings` gave it */
  constructor(stored: readonly WindowMapping[]) {
    this.mappings = [...stored];
  }

  /** What to store, when it differs from what was given. */
  get toStore(): readonly WindowMapping[] | undefined {
    return this.changed ? this.mappings : undefined;
  }

  /** undefined when the window is not of this set. */
  stateWindowOf(window: TimeWindow): TimeWindow | undefined {
    return this.mappings.find(([each]) => sameWindow(each, window))?.[1];
  }

  addWindow(added: TimeWindow): Added {
    const touching = this.touching(added);
    const [first] = touching;
    if (first === undefined) {
      this.mappings.push([added, added]);
      this.changed = true;
      return { window: added, stateWindow: added, merge: undefined };
    }
    const [window, stateWindow] = first;
    if (touching.length === 1 && window.start <= added.start && window.end >= added.end) {
      return { window, stateWindow, merge: undefined };
    }
    const result = touching.reduce((cover, [each]) => coverOf(cover, each), added);
    this.mappings = this.mappings.filter((mapping) => !touching.includes(mapping));
    this.mappings.push([result, stateWindow]);
    this.changed = true;
    const merge: Merge = {
      result,
      merged: touching.map(([each]) => each),
      stateWindow,
      mergedStateWindows: touching.slice(1).map(([, each]) => each),
    };
    return { window: result, stateWindow, merge };
  }

  /** The window is over. */
  retireWindow(window: TimeWindow): void {
    const at = this.mappings.findIndex(([each]) => sameWindow(each, window));
    if (at < 0)
      throw new JobStateError('internal.no-window', `There is no window from ${window.start} to ${window.end}.`);
    this.mappings.splice(at, 1);
    this.changed = true;
  }

  /**
   * In the order of their starts. Windows of the set do not touch each other, so that whatever touches the result of a merge touches the
   * window that was added.
   */
  private touching(added: TimeWindow): WindowMapping[] {
    const touching = this.mappings.filter(([{ start, end }]) => start <= added.end && end >= added.start);
    return touching.length < 2 ? touching : touching.sort(([a], [b]) => a.start - b.start);
  }
}

function coverOf(a: TimeWindow, b: TimeWindow): TimeWindow {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
