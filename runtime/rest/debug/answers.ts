import * as v from 'valibot';
import type { ArmedFault } from '../../base/faults';
import type { FaultId, JobId } from '../../base/ids';
import type {
  CheckpointDetails,
  CheckpointInfo,
  JobDetails,
  OperatorInfo,
  RecoveryDetails,
  RecoveryInfo,
  StateEntryInfo,
  TaskManagerInfo,
} from './model';

/** A page of a list; `next` is the `after` of the page that follows. */
export interface Paged<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly next?: string;
}

/**
 * An answer of our own runtime: both ends are this program and the `v1` of the path names the shape, so only the outline is checked.
 */
function outline<T extends object>(...fields: readonly (keyof T & string)[]): v.GenericSchema<unknown, T> {
  return v.custom<T>(
    (input) => typeof input === 'object' && input !== null && fields.every((field) => field in input),
    `is not an object with ${fields.join(', ')}`,
  );
}
const paged = <T>(): v.GenericSchema<unknown, Paged<T>> => outline<Paged<T>>('items', 'total');

export const jobSubmittedSchema = outline<{ readonly job: JobId }>('job');
export const jobSchema = outline<JobDetails>('id', 'status', 'tasks');
export const operatorsSchema = outline<{ readonly operators: readonly OperatorInfo[] }>('operators');
export const stateEntriesSchema = paged<StateEntryInfo>();
export const stateEntrySchema = outline<{ readonly entry?: StateEntryInfo }>();
export const debugCheckpointsSchema = paged<CheckpointInfo>();
export const debugCheckpointSchema = outline<CheckpointDetails>('id', 'operators');
export const recoveriesSchema = paged<RecoveryInfo>();
export const recoverySchema = outline<RecoveryDetails>('recovery', 'events');
export const debugTaskManagersSchema = outline<{ readonly taskManagers: readonly TaskManagerInfo[] }>('taskManagers');
export const faultsSchema = outline<{ readonly faults: readonly ArmedFault[] }>('faults');
export const faultArmedSchema = outline<{ readonly fault: FaultId }>('fault');
