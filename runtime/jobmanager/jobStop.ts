import { JobStateError } from '../base/errors';
import type { JobStatus } from '../base/status';
import type { CompletedCheckpoint } from '../checkpoint/completedCheckpoint';

/**
 * Stop with savepoint, as who asked for it sees it: done when the job has finished behind its savepoint. As in Flink, a failure between
 * the two restarts the job from the savepoint; then it has not stopped.
 */
export class JobStop {
  private savepoint: Promise<CompletedCheckpoint> | undefined;
  private status: JobStatus | undefined;
  private readonly ended: Promise<void>;
  private resolveEnded: () => void = () => undefined;
  private restart: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
  }

  /** The savepoint is under way. */
  savepointBegun(savepoint: Promise<CompletedCheckpoint>): void {
    this.savepoint = savepoint;
  }

  recoveryBegun(): void {
    this.restart();
  }

  jobEnded(status: JobStatus): void {
    this.status = status;
    this.resolveEnded();
  }

  /** @param begin makes the job stop. Fails with `job.not-stopped`, which names the savepoint, or as the savepoint does. */
  async run(begin: () => void): Promise<CompletedCheckpoint> {
    const restarted = new Promise<void>((resolve) => (this.restart = resolve));
    begin();
    if (this.savepoint === undefined) throw new JobStateError('internal.stop', 'The job did not begin to stop.');
    const savepoint = await this.savepoint;
    await Promise.race([this.ended, restarted]);
    if (this.status !== 'FINISHED') throw notStopped(savepoint);
    return savepoint;
  }
}

function notStopped({ directory }: CompletedCheckpoint): JobStateError {
  return new JobStateError(
    'job.not-stopped',
    `The savepoint ${directory} was stored, but the job did not stop behind it.`,
    {
      domain: 'external',
      retry: 'backoff',
      subject: { file: directory },
      advice: 'The job goes on from the savepoint: do not start another one from it; stop it again.',
    },
  );
}
