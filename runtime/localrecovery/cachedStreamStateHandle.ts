import type { Clock, Disk } from '../base/env';
import { externalError, JobStateError } from '../base/errors';
import type { CopyPlace } from '../base/events';
import type { CheckpointId } from '../base/ids';
import { crc32c } from '../formats/crc32c';
import type { LocalFile } from '../state/checkpointStreamFactory';
import type { StateCopies } from '../state/prioritizedState';
import { openState, type StateSource } from '../state/stateSource';

/** Bytes that are checked between two yields; a few milliseconds. */
const pieceBytes = 1024 * 1024;

/**
 * The local and the remote data of one handle, after FLINK-7873. It opens the copy that the alternative being tried names. The local one
 * is verified first, size and CRC32C; when that fails it rejects with the reason and never opens the other one by itself.
 */
export class CachedStreamStateHandle implements StateCopies {
  constructor(
    private readonly env: { readonly disk: Disk; readonly clock: Pick<Clock, 'yield'> },
    private readonly checkpoint: CheckpointId,
    private readonly local: LocalFile,
    private readonly remote: StateCopies,
  ) {}

  sizeBytes(place: CopyPlace): number {
    return place === 'local' ? this.local.sizeBytes : this.remote.sizeBytes(place);
  }

  location(place: CopyPlace): string {
    return place === 'local' ? this.local.path : this.remote.location(place);
  }

  open(place: CopyPlace): Promise<StateSource> {
    return place === 'local' ? this.openLocal() : this.remote.open(place);
  }

  /** Codes: `local-copy.gone`, `local-copy.size`, `local-copy.corrupt`. */
  private async openLocal(): Promise<StateSource> {
    const { path, sizeBytes } = this.local;
    let source: StateSource;
    try {
      source = await openState(this.env.disk, { inline: false, path, position: 0, sizeBytes });
    } catch (error) {
      throw this.unusable(error);
    }
    try {
      const found = await this.checksum(source);
      if (found !== this.local.crc32c) {
        const message = `The local copy of checkpoint ${this.checkpoint} is corrupt: ${path} has CRC32C ${hex(found)} instead of ${hex(this.local.crc32c)}.`;
        throw externalError('local-copy.corrupt', message, '', { retry: 'never', subject: { file: path } });
      }
      return source;
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  private async checksum(source: StateSource): Promise<number> {
    let crc = 0;
    for (let at = 0; at < source.sizeBytes; at += pieceBytes) {
      if (at > 0) await this.env.clock.yield();
      crc = crc32c(await source.read(at, Math.min(pieceBytes, source.sizeBytes - at)), crc);
    }
    return crc;
  }

  private unusable(error: unknown): unknown {
    if (!(error instanceof JobStateError)) return error;
    const options = { retry: 'never', cause: error, subject: { file: this.local.path } } as const;
    const copy = `The local copy of checkpoint ${this.checkpoint}`;
    if (error.code === 'disk.not-found') {
      return externalError('local-copy.gone', `${copy} is gone: ${error.message}`, '', options);
    }
    if (error.code === 'state.size') {
      return externalError('local-copy.size', `${copy} is cut off: ${error.message}`, '', options);
    }
    return error;
  }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
