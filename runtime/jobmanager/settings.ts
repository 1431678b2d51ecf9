/** What a JobManager is started with; times in ms. */
export interface JobManagerSettings {
  /** Everything that the runtime keeps lies in it: `.job-state/` of the workspace folder. */
  readonly directory: string;
  readonly taskManagers: number;
  readonly slotsPerTaskManager: number;
  readonly localRecovery: boolean;
  /** State of at most this size goes into `_metadata` itself; Flink's `state.storage.fs.memory-threshold`. */
  readonly inlineThresholdBytes: number;
  readonly heartbeatMs: number;
  /** A TaskManager whose watchdog is silent for so long is killed. */
  readonly heartbeatTimeoutMs: number;
  /** A main thread that does not answer for so long is shown as stuck, and so is a process whose next heartbeat is so late. */
  readonly stuckAfterMs: number;
  /** A task that does not end for so long after it was cancelled is ended with its TaskManager. */
  readonly cancelTimeoutMs: number;
  /** How long tasks wait for the TaskManager that has their local state to come back. */
  readonly slotTimeoutMs: number;
  /** A job's file that takes longer to build its graph is ended. */
  readonly compileTimeoutMs: number;
}

export const defaultJobManagerSettings: Omit<JobManagerSettings, 'directory'> = {
  taskManagers: 2,
  slotsPerTaskManager: 2,
  localRecovery: true,
  inlineThresholdBytes: 20_480,
  heartbeatMs: 1_000,
  heartbeatTimeoutMs: 15_000,
  stuckAfterMs: 3_000,
  cancelTimeoutMs: 10_000,
  slotTimeoutMs: 10_000,
  compileTimeoutMs: 60_000,
};
