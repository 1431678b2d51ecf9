import type { ConnectorContext } from '../api/connector';
import { joinPath } from '../base/files';

/** A part of one bucket. */
export interface PartName {
  /** Empty: the directory of the sink itself. */
  readonly bucket: string;
  readonly part: string;
}

/**
 * Part files in three stages, told by their names as Flink's are: `.part-J-S-A-N.inprogress` is being written, `.part-J-S-A-N.pending-C` is
 * durable and waits for checkpoint C, `part-J-S-A-N` is finished (J: 8 digits of the job id, S subtask, A attempt, N counter of the attempt;
 * a suffix such as `.csv` belongs to the name of the part).
 */
export class PartNames {
  private readonly mine: string;
  private counter = 0;
  private readonly seen = new Set<string>();

  constructor(
    private readonly directory: string,
    private readonly suffix: string,
    private readonly context: ConnectorContext,
  ) {
    this.mine = `part-${context.job.slice(0, 8)}-${context.subtask}-`;
  }

  /** A name that no part of the bucket has, also when an earlier life of the job under the same id left parts of an equal attempt. */
  async next(bucket: string): Promise<PartName> {
    if (!this.seen.has(bucket)) {
      this.counter = Math.max(this.counter, await this.highestCounter(bucket));
      this.seen.add(bucket);
    }
    return { bucket, part: `${this.mine}${this.context.attempt}-${++this.counter}${this.suffix}` };
  }

  private async highestCounter(bucket: string): Promise<number> {
    const counters = (await this.context.disk.list(this.directoryOf(bucket)))
      .filter((name) => name.includes(this.mine))
      .map((name) => Number(/part-[0-9a-f]+-\d+-\d+-(\d+)/.exec(name)?.[1] ?? 0));
    return Math.max(0, ...counters);
  }

  directoryOf(bucket: string): string {
    return joinPath(this.directory, bucket);
  }

  inProgress({ bucket, part }: PartName): string {
    return joinPath(this.directory, bucket, `.${part}.inprogress`);
  }

  pending({ bucket, part }: PartName, checkpointId: number): string {
    return joinPath(this.directory, bucket, `.${part}.pending-${checkpointId}`);
  }

  finished({ bucket, part }: PartName): string {
    return joinPath(this.directory, bucket, part);
  }

  /** What of this subtask a restart from `checkpointId` leaves without an owner. */
  isAbandoned(fileName: string, checkpointId: number | undefined): boolean {
    if (!fileName.startsWith(`.${this.mine}`)) return false;
    const pending = /\.pending-(\d+)$/.exec(fileName);
    return pending === null || checkpointId === undefined || Number(pending[1]) > checkpointId;
  }

  /** A part that another job has begun and not prepared. */
  isBegunByOtherJob(fileName: string): boolean {
    return /^\.part-.*\.inprogress$/.test(fileName) && !fileName.startsWith(`.part-${this.context.job.slice(0, 8)}-`);
  }

  isFinished(fileName: string): boolean {
    return fileName.startsWith('part-') && fileName.endsWith(this.suffix);
  }
}

/** The directory of a sink and the directories that a bucket adds to it, from the top. */
export function directoriesOf(directory: string, bucket: string): string[] {
  const names = bucket === '' ? [] : bucket.split('/');
  return [directory, ...names.map((_, index) => joinPath(directory, ...names.slice(0, index + 1)))];
}
