const immediatesAtOnce = 32;

/** Virtual time: events in order of time, then of insertion. Only `run` moves the clock. */
export class Schedule {
  nowMs = 0;
  executed = 0;
  private readonly heap: ScheduledEvent[] = [];
  private inserted = 0;
  /** An event was run and nobody has looked at what it did. */
  private ran = false;

  /** @param owner whose affair it is */
  at(delayMs: number, run: () => void, owner?: object): ScheduledEvent {
    return this.atTime(this.nowMs + Math.max(0, delayMs), run, owner);
  }

  /** Two events at the same time happen in the order in which they were given. */
  atTime(atMs: number, run: () => void, owner?: object): ScheduledEvent {
    const event: ScheduledEvent = { atMs, order: this.inserted++, run, cancelled: false, owner };
    this.heap.push(event);
    this.siftUp(this.heap.length - 1);
    return event;
  }

  /** How many events of this owner are still to come. */
  pendingOf(owner: object): number {
    return this.heap.filter((event) => event.owner === owner && !event.cancelled).length;
  }

  /**
   * Runs events one by one, with all microtasks of one before the next, until `done()` or nothing is left or virtual time is past
   * `untilMs`. `after` is called when everything that an event set off has happened: the place for invariants.
   */
  run(done: () => boolean, untilMs: number, after: () => void): Promise<'done' | 'empty' | 'late'> {
    return new Promise((resolve, reject) => {
      let queued = 0;
      let settled = false;
      const turn = (): void => {
        queued--;
        if (settled) return;
        try {
          const end = this.turn(done, untilMs, after);
          if (end !== undefined) {
            settled = true;
            resolve(end);
          } else if (queued === 0) queue();
        } catch (error) {
          settled = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      // Node runs all microtasks between two immediates; many at once spare a turn of its event loop for each.
      const queue = (): void => {
        for (; queued < immediatesAtOnce; queued++) setImmediate(turn);
      };
      queue();
    });
  }

  /** Looks at what the event before has done, then runs the next one. */
  private turn(done: () => boolean, untilMs: number, after: () => void): 'done' | 'empty' | 'late' | undefined {
    if (this.ran) {
      this.ran = false;
      after();
    }
    if (done()) return 'done';
    const next = this.peek();
    if (next === undefined) return 'empty';
    if (next.atMs > untilMs) return 'late';
    this.pop();
    this.nowMs = next.atMs;
    this.executed++;
    this.ran = true;
    next.run();
    return undefined;
  }

  /** The next event that was not cancelled; it stays. */
  private peek(): ScheduledEvent | undefined {
    while (this.heap[0]?.cancelled === true) this.pop();
    return this.heap[0];
  }

  private pop(): ScheduledEvent | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (top === undefined || last === undefined) return undefined;
    if (this.heap.length > 0) {
      this.heap[0] = last;
      this.siftDown(0);
    }
    return top;
  }

  private siftUp(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(index, parent)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  private siftDown(from: number): void {
    let index = from;
    for (;;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2])
        if (child < this.heap.length && this.before(child, least)) least = child;
      if (least === index) return;
      this.swap(index, least);
      index = least;
    }
  }

  private before(a: number, b: number): boolean {
    const [left, right] = [this.heap[a], this.heap[b]];
    if (left === undefined || right === undefined) return false;
    return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
  }

  private swap(a: number, b: number): void {
    const [left, right] = [this.heap[a], this.heap[b]];
    if (left === undefined || right === undefined) return;
    this.heap[a] = right;
    this.heap[b] = left;
  }
}

export interface ScheduledEvent {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
  readonly owner: object | undefined;
}
