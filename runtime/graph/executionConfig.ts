import { userError } from '../base/errors';
import { maxKeyGroups } from './keyGroups';

/** Names as in `/jobs/:id/checkpoints/config` of Flink's REST API. */
export interface CheckpointConfig {
  /** Absent: no periodic checkpoints; they can still be asked for. */
  readonly intervalMs?: number;
  readonly mode: 'exactly_once' | 'at_least_once';
  readonly timeoutMs: number;
  /** Between the end of one periodic checkpoint and the start of the next. */
  readonly minPauseMs: number;
  readonly maxConcurrent: number;
  /** That many checkpoints in a row may fail before the job does; `unlimited`: they never fail the job. */
  readonly tolerableFailures: number | 'unlimited';
  /** Completed checkpoints that are kept, the newest ones. */
  readonly retained: number;
  /** Whether the checkpoints of a cancelled job stay on the disk. */
  readonly retainOnCancellation: boolean;
}

/** Flink's fixed-delay strategy. `attempts` counts all restarts of the job; 0: the first failure fails the job. */
export interface RestartStrategy {
  readonly attempts: number | 'unlimited';
  readonly delayMs: number;
}

/** Everything of a job that a run may override. Paths may be relative to the directory of the job's file. */
export interface ExecutionConfig {
  /** Of operators that do not set their own. */
  readonly parallelism: number;
  readonly maxParallelism?: number;
  readonly operatorChaining: boolean;
  readonly checkpointing: CheckpointConfig;
  readonly restartStrategy: RestartStrategy;
  /** Absent: a directory of the runtime. */
  readonly checkpointDirectory?: string;
  readonly savepointDirectory?: string;
  /** Replaces the rate of every source: rows per second over all subtasks of the source. */
  readonly rowsPerSecond?: number;
}

/** Part of a configuration: what a job sets with `configure`, or a run overrides. */
export type ExecutionSettings = Partial<Omit<ExecutionConfig, 'checkpointing' | 'restartStrategy'>> & {
  readonly checkpointing?: Partial<CheckpointConfig>;
  readonly restartStrategy?: Partial<RestartStrategy>;
};

/** Flink's defaults, except: restart without delay, and completed checkpoints survive a cancel. */
export const defaultExecutionConfig: ExecutionConfig = {
  parallelism: 1,
  operatorChaining: true,
  checkpointing: {
    mode: 'exactly_once',
    timeoutMs: 600_000,
    minPauseMs: 0,
    maxConcurrent: 1,
    tolerableFailures: 0,
    retained: 3,
    retainOnCancellation: true,
  },
  restartStrategy: { attempts: 'unlimited', delayMs: 0 },
};

/** The configuration with these settings in the place of its own. Throws a user error that names the field of a bad value. */
export function withSettings(config: ExecutionConfig, settings: ExecutionSettings): ExecutionConfig {
  const merged: ExecutionConfig = {
    ...config,
    ...settings,
    checkpointing: { ...config.checkpointing, ...settings.checkpointing },
    restartStrategy: { ...config.restartStrategy, ...settings.restartStrategy },
  };
  checkExecutionConfig(merged);
  return merged;
}

function checkExecutionConfig(config: ExecutionConfig): void {
  const { checkpointing, restartStrategy } = config;
  checkInteger('parallelism', config.parallelism, 1, maxKeyGroups);
  checkInteger('maxParallelism', config.maxParallelism, 1, maxKeyGroups);
  checkInteger('checkpointing.intervalMs', checkpointing.intervalMs, 10);
  checkInteger('checkpointing.timeoutMs', checkpointing.timeoutMs, 10);
  checkInteger('checkpointing.minPauseMs', checkpointing.minPauseMs, 0);
  checkInteger('checkpointing.maxConcurrent', checkpointing.maxConcurrent, 1);
  checkInteger('checkpointing.retained', checkpointing.retained, 1);
  if (checkpointing.tolerableFailures !== 'unlimited') {
    checkInteger('checkpointing.tolerableFailures', checkpointing.tolerableFailures, 0);
  }
  if (restartStrategy.attempts !== 'unlimited') checkInteger('restartStrategy.attempts', restartStrategy.attempts, 0);
  checkInteger('restartStrategy.delayMs', restartStrategy.delayMs, 0);
  checkPositive('rowsPerSecond', config.rowsPerSecond);
}

/** An integer within the bounds, or absent. */
export function checkInteger(
  field: string,
  value: number | undefined,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)) return;
  throw badSetting(
    field,
    value,
    max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`,
  );
}

/** A number above 0, or absent. */
export function checkPositive(field: string, value: number | undefined): void {
  if (value === undefined || (value > 0 && value < Infinity)) return;
  throw badSetting(field, value, 'a number above 0');
}

function badSetting(field: string, value: unknown, expected: string): Error {
  return userError('job.bad-setting', `${field} is ${String(value)}, but must be ${expected}.`, `Correct ${field}.`, {
    subject: { field },
  });
}
