import type { Env } from '../base/env';
import type { JobId, RunId } from '../base/ids';
import type { CompletedCheckpoint } from '../checkpoint/completedCheckpoint';
import type { ExecutionConfig } from '../graph/executionConfig';
import type { JobGraph } from '../graph/jobGraph';
import type { EventHub } from './eventHub';
import type { JobManagerSettings } from './settings';
import type { TaskManagers } from './taskManagers';

/** All that a job is started with. */
export interface JobSpec {
  readonly id: JobId;
  readonly jobFile: string;
  readonly submittedMs: number;
  readonly graph: JobGraph;
  readonly config: ExecutionConfig;
  /** Absolute path of the bundled module. */
  readonly bundle: string;
  /** Directory of the job's file. */
  readonly baseDirectory: string;
  /** Of this job: holds `chk-<n>`. */
  readonly checkpointDirectory: string;
  readonly savepointDirectory: string;
  /** Of this job: bundle and event log. */
  readonly directory: string;
  /** The highest checkpoint id that was ever used. */
  readonly lastCheckpointId: number;
  /** What it is to start from. */
  readonly origin?: CompletedCheckpoint;
  readonly holdRecovery: boolean;
}

/** What all jobs share. */
export interface JobServices {
  readonly env: Env;
  readonly settings: JobManagerSettings;
  readonly run: RunId;
  readonly hub: EventHub;
  readonly taskManagers: TaskManagers;
  /** The job is over: its slots and what the TaskManagers keep of it may go. */
  readonly jobOver: (job: JobId) => void;
}
