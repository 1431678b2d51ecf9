import type { Disk } from './env';

/** The whole file. Rejects with `disk.not-found` when it is missing. */
export async function readFile(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.open(path, 'read');
  try {
    const info = await disk.stat(path);
    const bytes = new Uint8Array(info?.sizeBytes ?? 0);
    const length = await file.read(0, bytes);
    return length === bytes.length ? bytes : bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/**
 * Writes a file so that it is either there as a whole or not at all: temporary file, fsync, rename, fsync of the directory.
 * On failure the temporary file is removed and the error goes on.
 */
export async function writeFileAtomically(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.inprogress`;
  await disk.remove(temporary);
  try {
    const file = await disk.open(temporary, 'create');
    try {
      await file.append(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(temporary, path);
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined);
    throw error;
  }
  await disk.syncDirectory(parentDirectory(path));
}

/** The directory part of a path of this platform or of a `/` path. */
export function parentDirectory(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end <= 0 ? path.slice(0, end + 1) : path.slice(0, end);
}

/** Joins with `/`, which every platform of Node accepts. */
export function joinPath(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part, index) => (index === 0 ? part.replace(/[/\\]+$/, '') : part.replace(/^[/\\]+|[/\\]+$/g, '')))
    .join('/');
}
