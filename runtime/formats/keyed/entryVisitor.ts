/** Receives what a key group holds, state after state; the same for the heap's own layout and the canonical one. */
export interface KeyGroupVisitor {
  /** A state begins, with as many entries or elements; only the heap's own layout says so, also for empty states. */
  begin?(state: number, count: number): void;
  /** One entry of a key-value state: a LIST value is an array, a MAP value a Map. */
  entry(state: number, namespace: unknown, key: unknown, value: unknown): void;
  /** One element of a priority queue: a timer. */
  element(state: number, element: unknown): void;
}
