import type { JobId } from '../../runtime/base/ids';
import type { StoredPoint } from './model/node';

/** At which snapshot the state of each job is shown; of a job that is not named, as it is now. */
export class LookingAt {
  private readonly points = new Map<JobId, StoredPoint>();

  of(job: JobId): StoredPoint | undefined {
    return this.points.get(job);
  }

  set(job: JobId, point: StoredPoint | undefined): void {
    if (point === undefined) this.points.delete(job);
    else this.points.set(job, point);
  }
}
