/** One timer of one key; Flink's `TimerHeapInternalTimer`. `N` is the type of its namespace: null, or a window. */
export interface Timer<N = unknown> {
  readonly timestampMs: number;
  readonly key: unknown;
  readonly keyGroup: number;
  readonly namespace: N;
}

/**
 * The timers of one service and time domain, earliest first, each (time, key, namespace) once; Flink's
 * `KeyGroupedInternalPriorityQueue`.
 */
export interface TimerQueue<N = unknown> {
  readonly name: string;
  readonly size: number;
  /** False when the same timer is there already. */
  add(timestampMs: number, key: unknown, keyGroup: number, namespace: N): boolean;
  /** False when there is no such timer. */
  remove(timestampMs: number, key: unknown, namespace: N): boolean;
  peek(): Timer<N> | undefined;
  poll(): Timer<N> | undefined;
}
