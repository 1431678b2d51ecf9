import { userError } from '../base/errors';
import { check, either, integer, oneOf, parallelismCheck, positive, text, type Check } from './checks';
import {
  defaultRestartStrategy,
  withRestartSettings,
  type RestartStrategy,
  type RestartStrategySettings,
} from './restartStrategy';

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

/** Everything of a job that a run may override. Paths may be relative to the directory of the job's file. */
export interface ExecutionConfig {
  /** Of operators that do not set their own. */
  readonly parallelism: number;
  readonly maxParallelism?: number;
  readonly operatorChaining: boolean;
  readonly checkpointing: CheckpointConfig;
  readonly restartStrategy: RestartStrategy;
  /** Flink's `jobmanager.execution.failover-strategy`: what restarts after a failure, the tasks connected with the failed one, or all. */
  readonly failoverStrategy: 'region' | 'full';
  /** Absent: a directory of the runtime. */
  readonly checkpointDirectory?: string;
  readonly savepointDirectory?: string;
  /** Replaces the rate of every source: rows per second over all subtasks of the source. */
  readonly rowsPerSecond?: number;
}

/** Part of a configuration: what a job sets with `configure`, or a run overrides. */
export type ExecutionSettings = Partial<Omit<ExecutionConfig, 'checkpointing' | 'restartStrategy'>> & {
  readonly checkpointing?: Partial<CheckpointConfig>;
  readonly restartStrategy?: RestartStrategySettings;
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
  restartStrategy: defaultRestartStrategy,
  failoverStrategy: 'region',
};

/**
 * The configuration with these settings in the place of its own. Settings come from authors' files and from requests, neither of which
 * the compiler has checked: a bad value or an unknown name is a user error that names the field.
 */
export function withSettings(config: ExecutionConfig, settings: ExecutionSettings): ExecutionConfig {
  checkFields('', settings, settingChecks);
  const { checkpointing, restartStrategy } = settings;
  checkFields('checkpointing.', checkpointing ?? {}, checkpointChecks);
  return {
    ...config,
    ...given(settings),
    checkpointing: { ...config.checkpointing, ...given(checkpointing ?? {}) },
    restartStrategy: withRestartSettings(config.restartStrategy, restartStrategy ?? {}),
  };
}

type ChecksOf<Settings> = Readonly<Record<keyof Settings, Check>>;

const group: Check = { expected: 'an object', holds: (value) => typeof value === 'object' && value !== null };
const unlimited = oneOf('unlimited');
const flag = oneOf(true, false);

const settingChecks: ChecksOf<ExecutionConfig> = {
  parallelism: parallelismCheck,
  maxParallelism: parallelismCheck,
  operatorChaining: flag,
  checkpointing: group,
  restartStrategy: group,
  failoverStrategy: oneOf('region', 'full'),
  checkpointDirectory: text,
  savepointDirectory: text,
  rowsPerSecond: positive,
};

const checkpointChecks: ChecksOf<CheckpointConfig> = {
  intervalMs: integer(10),
  mode: oneOf('exactly_once', 'at_least_once'),
  timeoutMs: integer(10),
  minPauseMs: integer(0),
  maxConcurrent: { expected: '1, as checkpoints are taken one after the other', holds: (value) => value === 1 },
  tolerableFailures: either(integer(0), unlimited),
  retained: integer(1),
  retainOnCancellation: flag,
};

function checkFields(prefix: string, settings: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(settings)) {
    const field = `${prefix}${name}`;
    const known = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (known === undefined) {
      const names = Object.keys(checks).join(', ');
      throw userError('job.bad-setting', `There is no setting ${field}.`, `Known here: ${names}.`, {
        subject: { field },
      });
    }
    check(field, value, known);
  }
}

/** Without the fields that are there but undefined: they mean nothing, and must not hide what they stand before. */
function given<Settings extends object>(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings;
}
