/** One timer of one key; Flink's `TimerHeapInternalTimer` (its namespace is always the void one here). */
export interface Timer {
  readonly timestampMs: number;
  readonly key: unknown;
  readonly keyGroup: number;
}

/** The timers of one service and time domain, earliest first, each (time, key) once; Flink's `KeyGroupedInternalPriorityQueue`. */
export interface TimerQueue {
  readonly name: string;
  readonly size: number;
  /** False when the same timer is there already. */
  add(timestampMs: number, key: unknown, keyGroup: number): boolean;
  /** False when there is no such timer. */
  remove(timestampMs: number, key: unknown): boolean;
  peek(): Timer | undefined;
  poll(): Timer | undefined;
}
