import type { RecoveryEvent } from './events';
import type { ArmedFault } from './faults';
import type { JobId } from './ids';
import type { JobStatus } from './status';

/**
 * What changed, so that views ask again for exactly that. `recovery` carries the event itself; the others name what to read anew.
 * `seq` counts from 1 within one run of the runtime; a client that was away asks for events after the last one it saw.
 */
export type JobEvent = { readonly seq: number; readonly atMs: number } & (
  | { readonly e: 'jobs' }
  | { readonly e: 'job'; readonly job: JobId; readonly status: JobStatus }
  | { readonly e: 'tasks'; readonly job: JobId }
  | {
      readonly e: 'checkpoint';
      readonly job: JobId;
      readonly checkpoint: number;
      readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
      readonly savepoint: boolean;
      readonly acknowledged: number;
      readonly of: number;
    }
  | { readonly e: 'recovery'; readonly job: JobId; readonly event: RecoveryEvent }
  | { readonly e: 'hold'; readonly job: JobId; readonly armed: boolean }
  | { readonly e: 'fault'; readonly fault: ArmedFault }
  | { readonly e: 'metrics'; readonly job: JobId }
  | { readonly e: 'taskManagers' }
);
