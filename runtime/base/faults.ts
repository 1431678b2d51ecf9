import type { FaultId, JobId, OperatorId, TaskManagerId } from './ids';

/** When a failure fires: at once, or when the task has processed that many records from the time of arming (1 = the next one). */
export type FaultMoment = { readonly at: 'now' } | { readonly at: 'record'; readonly count: number };

/** Failures on demand. Every one is real: what it does is what happens without a debugger when such a thing goes wrong. */
export type Fault =
  | {
      readonly k: 'throwInTask';
      readonly job: JobId;
      readonly operator: OperatorId;
      readonly subtask: number;
      readonly message: string;
      readonly when: FaultMoment;
    }
  /** SIGKILL. `lose` removes its directory too and does not bring it back; otherwise it is respawned with the same id and directory. */
  | { readonly k: 'killTaskManager'; readonly taskManager: TaskManagerId; readonly lose: boolean }
  /** The subtask declines the next checkpoint or savepoint that reaches it, as if its snapshot had failed. */
  | {
      readonly k: 'declineCheckpoint';
      readonly job: JobId;
      readonly operator: OperatorId;
      readonly subtask: number;
    }
  /** Removes, or flips a byte of, the newest local copy of one operator's keyed state. */
  | {
      readonly k: 'localCopy';
      readonly how: 'lose' | 'corrupt';
      readonly job: JobId;
      readonly operator: OperatorId;
      readonly subtask: number;
    };

export interface ArmedFault {
  readonly id: FaultId;
  readonly fault: Fault;
  readonly state: 'armed' | 'fired' | 'disarmed' | 'missed';
  /** One sentence: what it did, or why it could not. */
  readonly outcome?: string;
}
