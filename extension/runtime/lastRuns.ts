import { isEndOfJob } from '../../runtime/base/status';
import type { JobDetails } from '../../runtime/cluster/model';

/** A job that was running when its runtime went away, with the checkpoint from which it can go on. */
export interface LastRun {
  readonly jobFile: string;
  readonly name: string;
  readonly checkpoint?: { readonly id: number; readonly path: string };
}

/** Where it is kept: a memento of the workspace. */
export interface Memory {
  get(): readonly LastRun[];
  set(runs: readonly LastRun[]): void;
}

/**
 * Remembers what runs, so that after a crash of the runtime or a reload of the window the jobs can continue from their last checkpoint.
 * A job that ended by itself or was cancelled is forgotten.
 */
export class LastRuns {
  constructor(private readonly memory: Memory) {}

  /** Jobs of which `live` has none running any more. */
  interrupted(live: readonly JobDetails[]): readonly LastRun[] {
    return this.memory
      .get()
      .filter((run) => !live.some((job) => job.jobFile === run.jobFile && !isEndOfJob(job.status)));
  }

  /** Takes over what the engine says of its jobs. */
  observe(jobs: readonly JobDetails[]): void {
    const runs = new Map(this.memory.get().map((run) => [run.jobFile, run]));
    for (const job of [...jobs].sort((a, b) => a.startMs - b.startMs)) {
      if (job.jobFile === undefined) continue;
      if (isEndOfJob(job.status)) runs.delete(job.jobFile);
      else runs.set(job.jobFile, lastRun(job.jobFile, job, runs.get(job.jobFile)));
    }
    this.keep([...runs.values()]);
  }

  forget(jobFile: string): void {
    this.keep(this.memory.get().filter((run) => run.jobFile !== jobFile));
  }

  private keep(runs: readonly LastRun[]): void {
    if (JSON.stringify(runs) !== JSON.stringify(this.memory.get())) this.memory.set(runs);
  }
}

function lastRun(jobFile: string, job: JobDetails, before: LastRun | undefined): LastRun {
  const latest = job.latestCheckpoint;
  const checkpoint = latest?.path === undefined ? before?.checkpoint : { id: latest.id, path: latest.path };
  return { jobFile, name: job.name, ...(checkpoint === undefined ? {} : { checkpoint }) };
}
