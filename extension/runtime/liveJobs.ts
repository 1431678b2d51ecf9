import type { Cluster } from '../../runtime/cluster/cluster';
import type { JobEvent } from '../../runtime/cluster/jobEvents';
import type { ClusterOverview, JobDetails } from '../../runtime/cluster/model';
import { Later } from '../support/later';
import { Signal } from '../support/signal';
import { newestHoldFirst } from './heldSteps';

/** What the engine said last of its jobs. */
export interface LiveData {
  readonly overview: ClusterOverview;
  /** Running ones first, then the newest. */
  readonly jobs: readonly JobDetails[];
}

/** Ended jobs beyond these are not asked for in detail. */
const keptJobs = 20;
const refreshDelayMs = 150;

/**
 * Follows one cluster: its events, and the jobs with their details, which tree, status bar, badge and context keys share.
 * Ends when disposed; `lost` fires when the cluster went away.
 */
export class LiveJobs {
  readonly event = new Signal<JobEvent>();
  readonly changed = new Signal<LiveData>();
  readonly lost = new Signal<unknown>();
  data: LiveData | undefined;
  private readonly following = new AbortController();
  private readonly refresh = new Later(refreshDelayMs, () => this.read());

  constructor(private readonly cluster: Cluster) {
    this.refresh.soon();
    void this.follow();
  }

  dispose(): void {
    this.following.abort();
    this.refresh.dispose();
  }

  /** Asks anew at once; resolves when the answer is in `data`. */
  async read(): Promise<void> {
    const { signal } = this.following;
    try {
      const [overview, jobs] = await Promise.all([
        this.cluster.get('overview', {}, undefined, signal),
        this.cluster.get('jobs', {}, undefined, signal),
      ]);
      const newest = [...jobs].sort((a, b) => rank(a) - rank(b) || b.startMs - a.startMs).slice(0, keptJobs);
      const details = await Promise.all(
        newest.map(({ id }) => this.cluster.get('job', { job: id }, undefined, signal)),
      );
      this.data = { overview, jobs: details.map((job) => ({ ...job, holds: newestHoldFirst(job.holds) })) };
      this.changed.fire(this.data);
    } catch (error) {
      if (!signal.aborted) this.failed = error;
    }
  }

  /** The last question that failed while the cluster was there; told with the loss when there is one. */
  private failed: unknown;

  private async follow(): Promise<void> {
    const { signal } = this.following;
    try {
      for await (const event of this.cluster.events(0, signal)) {
        if (signal.aborted) return;
        if (changesJobs(event)) this.refresh.soon();
        this.event.fire(event);
      }
      if (!signal.aborted) this.lost.fire(this.failed);
    } catch (error) {
      if (!signal.aborted) this.lost.fire(error);
    }
  }
}

const rank = (job: { readonly endMs?: number }): number => (job.endMs === undefined ? 0 : 1);

function changesJobs(event: JobEvent): boolean {
  switch (event.e) {
    case 'jobs':
    case 'job':
    case 'tasks':
    case 'hold':
    case 'taskManagers':
      return true;
    case 'checkpoint':
      return event.status === 'COMPLETED';
    case 'recovery':
      return event.event.hold !== undefined || event.event.phase === 'end';
    case 'fault':
    case 'metrics':
      return false;
  }
}
