/** Events one at a time: those that are fed while one is taken, or that taking one brings about, wait for their turn. */
export class EventQueue<E> {
  private readonly events: E[] = [];
  private busy = false;
  private closed = false;

  constructor(private readonly take: (event: E) => void) {}

  feed(event: E): void {
    if (this.closed) return;
    this.events.push(event);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next = this.events.shift(); next !== undefined; next = this.events.shift()) this.take(next);
    } finally {
      this.busy = false;
    }
  }

  /** Events that come later are dropped. */
  close(): void {
    this.closed = true;
  }
}
