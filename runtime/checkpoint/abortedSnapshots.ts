import type { Env } from '../base/env';
import { errorData } from '../base/errors';
import type { CheckpointId } from '../base/ids';
import { removeSnapshot } from './fileSystemStateStore';

const rememberedAborts = 20;

/** Removes the directories of snapshots that did not complete, one after the other. */
export class AbortedSnapshots {
  private readonly directories = new Map<CheckpointId, string>();
  private removing: Promise<void> = Promise.resolve();

  constructor(private readonly env: Pick<Env, 'disk' | 'log'>) {}

  /** For {@link removeLeftovers}. */
  remember(id: CheckpointId, directory: string): void {
    this.directories.set(id, directory);
    const oldest = this.directories.keys().next();
    if (this.directories.size > rememberedAborts && oldest.done !== true) this.directories.delete(oldest.value);
  }

  /** A task that had not heard of the abort wrote files after the directory was removed. */
  removeLeftovers(id: CheckpointId): void {
    const directory = this.directories.get(id);
    if (directory !== undefined) this.removeDirectory(directory);
  }

  /** Later; what goes wrong is logged. */
  removeDirectory(directory: string): void {
    this.removing = this.removing.then(async () => {
      try {
        await removeSnapshot(this.env.disk, directory);
      } catch (error) {
        this.env.log.warn('the directory of an aborted snapshot could not be removed', {
          directory,
          error: errorData(error).message,
        });
      }
    });
  }

  /** Resolves when all that was asked for is done. */
  async removed(): Promise<void> {
    await this.removing;
  }
}
