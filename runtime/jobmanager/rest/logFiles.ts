import type { Disk } from '../../base/env';
import { joinPath } from '../../base/files';

export interface LogFileInfo {
  readonly name: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** The files of a log directory; the name that is asked for is looked up among those that are there. */
export interface LogFiles {
  list(): Promise<readonly LogFileInfo[]>;
  /** As long as it was when it was opened; `undefined` when there is none of this name. */
  read(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}

const pieceBytes = 64 * 1024;

export function logFilesOf(disk: Disk, directory: string): LogFiles {
  const list = async (): Promise<readonly LogFileInfo[]> => {
    const names = await disk.list(directory);
    const infos = await Promise.all(
      names.map(async (name) => ({ name, info: await disk.stat(joinPath(directory, name)) })),
    );
    return infos.flatMap(({ name, info }) =>
      info === undefined || info.isDirectory ? [] : [{ name, sizeBytes: info.sizeBytes, modifiedMs: info.modifiedMs }],
    );
  };
  return {
    list,
    read: async (name) => {
      const file = (await list()).find((each) => each.name === name);
      return file === undefined ? undefined : piecesOf(disk, joinPath(directory, name), file.sizeBytes);
    },
  };
}

async function* piecesOf(disk: Disk, path: string, sizeBytes: number): AsyncIterableIterator<Uint8Array> {
  const file = await disk.open(path, 'read');
  try {
    for (let at = 0; at < sizeBytes;) {
      const into = new Uint8Array(Math.min(pieceBytes, sizeBytes - at));
      const length = await file.read(at, into);
      if (length === 0) return;
      yield into.subarray(0, length);
      at += length;
    }
  } finally {
    await file.close();
  }
}
