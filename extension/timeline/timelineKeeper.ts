import { isDeepStrictEqual } from 'node:util';
import type { JobId } from '../../runtime/base/ids';
import type { Cluster } from '../../runtime/cluster/cluster';
import type { JobEvent } from '../../runtime/cluster/jobEvents';
import type { JobSummary } from '../../runtime/cluster/model';
import type { JobTimeline } from '../../webview/messages';
import { Later } from '../support/later';
import { Signal, type Disposable } from '../support/signal';
import { timelineOf, withFacts } from './jobTimelines';

/** What follows the engine for all views. */
export interface FollowedJobs {
  readonly event: Pick<Signal<JobEvent>, 'on'>;
  readonly changed: Pick<Signal<{ readonly jobs: readonly JobSummary[] } | undefined>, 'on'>;
}

const askDelayMs = 1_000;
const writeDelayMs = 3_000;
/** As many of the newest are asked for: more cannot have come since the last question. */
const askedEntries = 100;

/**
 * Keeps the lives of jobs in a file of the workspace, so that they can be looked at when their runtime is gone. Asks the engine only
 * after something happened.
 */
export class TimelineKeeper implements Disposable {
  readonly changed = new Signal<JobId>();
  private timelines: readonly JobTimeline[] = [];
  private loading: Promise<void> | undefined;
  private readonly stale = new Set<JobId>();
  /** When each job ended that was seen; absent while it runs. */
  private readonly ends = new Map<JobId, number | undefined>();
  private unwritten = false;
  private readonly listening: readonly Disposable[];
  private readonly asking = new Later(askDelayMs, () => this.ask());
  private readonly writing = new Later(writeDelayMs, () => this.flush());

  /** `failed` is told of what could not be asked, read or written; the next event tries again. */
  constructor(
    private readonly clusterOf: (job: JobId) => Cluster | undefined,
    followed: FollowedJobs,
    private readonly path: string,
    private readonly failed: (error: unknown) => void,
  ) {
    this.listening = [
      followed.event.on((event) => isOnAxis(event) && this.note(event.job)),
      followed.changed.on((data) => this.jobsChanged(data?.jobs ?? [])),
    ];
  }

  /** All that are kept, the oldest first. */
  async all(): Promise<readonly JobTimeline[]> {
    await this.load();
    return this.timelines;
  }

  async of(job: JobId): Promise<JobTimeline | undefined> {
    return timelineOf(await this.all(), job);
  }

  /** Writes what is not written yet. */
  async flush(): Promise<void> {
    if (!this.unwritten) return;
    this.unwritten = false;
    try {
      const { writeTimelines } = await import('./timelineFile');
      await writeTimelines(this.path, this.timelines);
    } catch (error) {
      this.unwritten = true;
      this.failed(error);
    }
  }

  dispose(): void {
    this.asking.dispose();
    this.writing.dispose();
    for (const listening of this.listening) listening.dispose();
  }

  /** Reads the file at its first use. */
  private load(): Promise<void> {
    this.loading ??= import('./timelineFile')
      .then(({ readTimelines }) => readTimelines(this.path))
      .then(
        (timelines) => void (this.timelines = timelines),
        (error: unknown) => this.failed(error),
      );
    return this.loading;
  }

  private note(job: JobId): void {
    this.stale.add(job);
    this.asking.soon();
  }

  /** Jobs that are new or ended; what happens within them is told by events. */
  private jobsChanged(jobs: readonly JobSummary[]): void {
    for (const job of jobs) {
      if (this.ends.has(job.id) && this.ends.get(job.id) === job.endMs) continue;
      this.ends.set(job.id, job.endMs);
      this.note(job.id);
    }
  }

  private async ask(): Promise<void> {
    await this.load();
    const stale = [...this.stale];
    this.stale.clear();
    for (const job of stale) {
      const cluster = this.clusterOf(job);
      if (cluster !== undefined) await this.askJob(cluster, job).catch((error: unknown) => this.failed(error));
    }
  }

  private async askJob(cluster: Cluster, id: JobId): Promise<void> {
    const page = { limit: askedEntries };
    const [job, checkpoints, savepoints, recoveries] = await Promise.all([
      cluster.get('job', { job: id }),
      cluster.get('checkpoints', { job: id, savepoints: false }, page),
      cluster.get('checkpoints', { job: id, savepoints: true }, page),
      cluster.get('recoveries', { job: id }, page),
    ]);
    const before = timelineOf(this.timelines, id);
    this.timelines = withFacts(this.timelines, {
      job,
      checkpoints: [...checkpoints.items, ...savepoints.items],
      recoveries: recoveries.items,
    });
    if (isDeepStrictEqual(before, timelineOf(this.timelines, id))) return;
    this.unwritten = true;
    this.writing.soon();
    this.changed.fire(id);
  }
}

/** What changes an axis: checkpoints that are over, and the first and last steps of recoveries. */
function isOnAxis(event: JobEvent): event is Extract<JobEvent, { job: JobId }> {
  switch (event.e) {
    case 'checkpoint':
      return event.status !== 'IN_PROGRESS';
    case 'recovery':
      return event.event.step.k === 'failureSeen' || event.event.step.k === 'recovered';
    case 'job':
      return true;
    default:
      return false;
  }
}
