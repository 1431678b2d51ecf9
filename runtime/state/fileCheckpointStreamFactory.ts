import type { Env } from '../base/env';
import { joinPath } from '../base/files';
import type { StreamHandle } from '../formats/handles';
import type {
  CheckpointOutputStream,
  CheckpointScope,
  CheckpointStreamFactory,
  StreamResult,
} from './checkpointStreamFactory';
import { FileOutputStream } from './fileStreams';
import { fileUri } from '../base/fileUri';

/** Directories of one snapshot; all exist already, so that a snapshot that was given up is not brought back by a late stream. */
export interface CheckpointDirectories {
  /** `chk-<n>` or `savepoint-…`. */
  readonly exclusive: string;
  readonly shared: string;
  readonly taskOwned: string;
}

/** Writes state files with random names on the disk, and small state into the handle; Flink's `FsCheckpointStreamFactory`. */
export class FileCheckpointStreamFactory implements CheckpointStreamFactory {
  constructor(
    private readonly env: Pick<Env, 'disk' | 'random'>,
    private readonly directories: CheckpointDirectories,
    private readonly inlineThresholdBytes: number,
  ) {}

  createStream(scope: CheckpointScope): CheckpointOutputStream {
    const name = this.env.random.uuid();
    const path = joinPath(this.directories[scope], name);
    const file = new FileOutputStream(this.env.disk, path, this.inlineThresholdBytes);
    return new FileCheckpointOutputStream(file, (sizeBytes) =>
      scope === 'exclusive' ? { t: 'relative', path: name, sizeBytes } : { t: 'file', uri: fileUri(path), sizeBytes },
    );
  }
}

class FileCheckpointOutputStream implements CheckpointOutputStream {
  constructor(
    private readonly file: FileOutputStream,
    private readonly handleOf: (sizeBytes: number) => StreamHandle,
  ) {}

  get position(): number {
    return this.file.position;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.file.write(bytes);
  }

  async closeAndGetHandle(): Promise<StreamResult> {
    const end = await this.file.finish();
    if (end.inline) return { handle: { t: 'bytes', name: this.file.path, data: end.data } };
    return { handle: this.handleOf(end.sizeBytes) };
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
