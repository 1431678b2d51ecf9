import { isEndOfJob, type JobStatus } from '../base/status';
import type { JobId } from '../base/ids';
import type { JobEvent } from '../base/jobEvents';
import type { Can, Capability } from './cluster';

/** What a cluster remembers of its jobs between questions, so that it can say at once what can be done. */
export class RememberedJobs {
  readonly #statuses = new Map<JobId, JobStatus>();
  #away = false;

  seen(job: JobId, status: JobStatus): void {
    this.#statuses.set(job, status);
  }

  /** Every answer proves that the engine is there, a broken connection that it is not. */
  engineIs(place: 'here' | 'away'): void {
    this.#away = place === 'away';
  }

  heard(event: JobEvent): void {
    this.engineIs('here');
    if (event.e === 'job') this.seen(event.job, event.status);
  }

  /** A job of which nothing is known yet gets the benefit of the doubt: the engine itself refuses with a reason. */
  can(capability: Capability, job: JobId | undefined): Can {
    if (this.#away) return { ok: false, why: 'engine-is-away' };
    const status = job === undefined ? undefined : this.#statuses.get(job);
    if (status === undefined || capability === 'submit' || capability === 'disposeSavepoint') return { ok: true };
    if (isEndOfJob(status)) return { ok: false, why: 'job-has-ended' };
    switch (capability) {
      case 'cancel':
      case 'injectFault':
      case 'holdRecovery':
        return { ok: true };
      case 'stopWithSavepoint':
      case 'triggerSavepoint':
      case 'triggerCheckpoint':
      case 'liveState':
        return status === 'RUNNING' ? { ok: true } : { ok: false, why: 'job-is-not-running' };
    }
  }
}
