import { errorData, errorText } from '../../runtime/base/errors';
import type { Cluster } from '../../runtime/cluster/cluster';
import type { JobEvent } from '../../runtime/cluster/jobEvents';
import { LiveJobs, type LiveData } from '../runtime/liveJobs';
import { Signal, type Disposable } from '../support/signal';

/** Where a window stands with a cluster that it is attached to. `idle`: nobody looks, nothing is asked. */
export type RemoteState =
  | { readonly k: 'idle' }
  | { readonly k: 'connecting' }
  | { readonly k: 'here' }
  | { readonly k: 'away'; readonly text: string };

const firstRetryMs = 2_000;
const longestRetryMs = 30_000;

/** What a remote cluster needs of the world. */
export interface RemoteClusterWorld {
  /** Finds out what answers at the address. */
  connect(url: string): Promise<Cluster>;
  nowMs(): number;
  /** Runs something later, unless disposed before. */
  after(ms: number, run: () => void): Disposable;
}

/**
 * One attached cluster: followed while somebody looks, tried again while it is away. What it said last is kept with the time when that was
 * true.
 */
export class RemoteCluster implements Disposable {
  readonly changed = new Signal<void>();
  readonly event = new Signal<JobEvent>();
  state: RemoteState = { k: 'idle' };
  data: LiveData | undefined;
  /** When `data` was last known to be true; undefined: now. */
  asOfMs: number | undefined;
  cluster: Cluster | undefined;
  #live: LiveJobs | undefined;
  #retry: Disposable | undefined;
  #retryMs = firstRetryMs;
  #watched = false;

  constructor(
    readonly url: string,
    private readonly world: RemoteClusterWorld,
  ) {}

  /** Begins to follow the cluster, or ends it. */
  look(watched: boolean): void {
    if (watched === this.#watched) return;
    this.#watched = watched;
    if (watched) void this.#follow();
    else this.#rest();
  }

  /** Asks anew at once, for who must know before acting. */
  async read(): Promise<void> {
    await this.#live?.read();
  }

  /** Forgets the connection, so that a token that was changed is used. */
  reconnect(): void {
    const watched = this.#watched;
    this.look(false);
    this.cluster?.dispose();
    this.cluster = undefined;
    this.look(watched);
  }

  dispose(): void {
    this.look(false);
    this.cluster?.dispose();
  }

  async #follow(): Promise<void> {
    this.#become({ k: 'connecting' });
    try {
      this.cluster ??= await this.world.connect(this.url);
    } catch (error) {
      this.#lost(error);
      return;
    }
    if (!this.#watched || this.#live !== undefined) return;
    const live = new LiveJobs(this.cluster);
    this.#live = live;
    live.changed.on((data) => {
      this.data = data;
      this.asOfMs = undefined;
      this.#retryMs = firstRetryMs;
      this.#become({ k: 'here' });
    });
    live.event.on((event) => this.event.fire(event));
    live.lost.on((error) => this.#lost(error));
  }

  #lost(error: unknown): void {
    this.#endLive();
    if (!this.#watched) return;
    this.#become({ k: 'away', text: errorText(errorData(error)) });
    this.#retry?.dispose();
    this.#retry = this.world.after(this.#retryMs, () => void this.#follow());
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  #rest(): void {
    this.#retry?.dispose();
    this.#retry = undefined;
    this.#endLive();
    this.#become({ k: 'idle' });
  }

  #endLive(): void {
    if (this.#live === undefined) return;
    this.#live.dispose();
    this.#live = undefined;
    if (this.data !== undefined) this.asOfMs ??= this.world.nowMs();
  }

  #become(state: RemoteState): void {
    this.state = state;
    this.changed.fire();
  }
}
