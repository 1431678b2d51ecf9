import type { JobEvent } from '../../runtime/cluster/jobEvents';
import type { Disposable } from '../support/signal';
import { Signal } from '../support/signal';
import { LiveJobs, type LiveData } from './liveJobs';
import type { RuntimeService } from './runtimeService';

/** The live data of whichever runtime the window is connected to now; empty while there is none. */
export class Connection implements Disposable {
  readonly changed = new Signal<LiveData | undefined>();
  readonly event = new Signal<JobEvent>();
  private live: LiveJobs | undefined;
  private readonly watching: Disposable;

  constructor(private readonly runtime: RuntimeService) {
    this.watching = runtime.changed.on((state) => {
      this.live?.dispose();
      this.live = undefined;
      if (state.k !== 'connected') return;
      const live = new LiveJobs(state.cluster);
      this.live = live;
      live.changed.on((data) => this.changed.fire(data));
      live.event.on((event) => this.event.fire(event));
      live.lost.on(() => this.runtime.lost(state.cluster));
    });
  }

  get data(): LiveData | undefined {
    return this.live?.data;
  }

  /** Asks anew now, for who must know before acting. */
  async read(): Promise<LiveData | undefined> {
    await this.live?.read();
    return this.data;
  }

  dispose(): void {
    this.watching.dispose();
    this.live?.dispose();
  }
}
