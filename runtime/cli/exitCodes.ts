import type { ErrorData } from '../base/errors';
import type { JobStatus } from '../base/status';

/** What the command ends with; docs/cli.md. */
export const exitCodes = {
  ok: 0,
  /** The job failed, or an engine, a disk or this program did. */
  failed: 1,
  /** What was asked for is wrong: the options, the job's code, a path. */
  usage: 2,
  /** There is no runtime to talk to, or more than one to choose from. */
  noEngine: 3,
  /** The job that was followed was cancelled. */
  cancelled: 4,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export function exitCodeOf(error: ErrorData): number {
  if (error.code === 'cli.no-runtime' || error.code === 'cli.many-runtimes' || error.code === 'engine.away') {
    return exitCodes.noEngine;
  }
  return error.domain === 'user' ? exitCodes.usage : exitCodes.failed;
}

/** Of a command that follows a job to its end. */
export function exitCodeOfJob(status: JobStatus): number {
  if (status === 'FAILED') return exitCodes.failed;
  return status === 'CANCELED' ? exitCodes.cancelled : exitCodes.ok;
}
