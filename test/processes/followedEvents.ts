import type { Cluster } from '../../runtime/cluster/cluster';
import type { JobEvent } from '../../runtime/cluster/jobEvents';

const limitMs = 30_000;

/** All events of a cluster as they come; whoever waits sees the past ones, too, from where it wants. */
export class FollowedEvents {
  readonly all: JobEvent[] = [];
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();
  #failure: unknown;

  /** `context` is added to the report of a wait that was in vain. */
  constructor(
    cluster: Cluster,
    private readonly context: () => string,
  ) {
    void this.#follow(cluster);
  }

  /** A position for `first`: only what comes from now on. */
  get now(): number {
    return this.all.length;
  }

  /** The first answer that is not undefined, among the events from position `from` on. Rejects after 30 s. */
  async first<T>(what: string, ask: (event: JobEvent) => T | undefined, from = 0): Promise<T> {
    const deadlineMs = performance.now() + limitMs;
    for (let at = from; ; at++) {
      while (at >= this.all.length) await this.#more(what, deadlineMs - performance.now());
      const event = this.all[at];
      const answer = event && ask(event);
      if (answer !== undefined) return answer;
    }
  }

  /** Asks at once and again after every event, until the answer is not undefined. */
  async until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    const deadlineMs = performance.now() + limitMs;
    for (let seen = this.now; ; seen = this.now) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (this.now === seen) await this.#more(what, deadlineMs - performance.now());
    }
  }

  close(): void {
    this.#abort.abort();
  }

  async #follow(cluster: Cluster): Promise<void> {
    try {
      for await (const event of cluster.events(0, this.#abort.signal)) {
        this.all.push(event);
        this.#wake();
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #more(what: string, remainingMs: number): Promise<void> {
    const inVain = (why: string): Error =>
      new Error(`Waited in vain for ${what}: ${why}.\nLast events:\n${this.#last()}\nLog:\n${this.context()}`);
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined || this.#abort.signal.aborted) {
        reject(inVain(`the events ended (${String(this.#failure)})`));
        return;
      }
      const timer = setTimeout(
        () => {
          this.#waiting.delete(wake);
          reject(inVain('nothing more happened'));
        },
        Math.max(0, remainingMs),
      );
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  #last(): string {
    const lines = this.all.filter(({ e }) => e !== 'metrics' && e !== 'tasks').slice(-12);
    return lines.map((event) => JSON.stringify(event).slice(0, 400)).join('\n');
  }
}
