import type { JobId } from '../../runtime/base/ids';
import type { JobEvent } from '../../runtime/cluster/jobEvents';
import type { Signal } from '../support/signal';

/** Which recovery of which job. */
export interface RecoveryRef {
  readonly job: JobId;
  readonly recovery: number;
}

/** What follows the engine for all views. */
export interface Followed {
  readonly event: Pick<Signal<JobEvent>, 'on'>;
  readonly changed: Pick<Signal<unknown>, 'on'>;
}
