import type { Disk, File, FileInfo } from '../../runtime/base/env';
import { externalError } from '../../runtime/base/errors';
import { parentDirectory } from '../../runtime/base/files';

export type DiskCall = 'open' | 'read' | 'append' | 'sync' | 'close' | 'rename' | 'remove' | 'list' | 'stat';

interface Content {
  bytes: Uint8Array;
}

/** A disk in memory, with hard links, whose calls can be made to fail or to wait. */
export class MemoryDisk implements Disk {
  private readonly files = new Map<string, Content>();
  private readonly directories = new Set<string>(['/']);
  /** Asked before every call; may throw or wait. */
  before: (call: DiskCall, path: string) => Promise<void> | void = () => undefined;
  openFiles = 0;

  /** All paths of files, sorted. */
  paths(): string[] {
    return [...this.files.keys()].sort();
  }

  bytesOf(path: string): Uint8Array {
    return this.existing(path).bytes;
  }

  put(path: string, bytes: Uint8Array): void {
    this.files.set(path, { bytes: bytes.slice() });
  }

  async open(path: string, mode: 'read' | 'create' | 'append'): Promise<File> {
    await this.before('open', path);
    const found = this.files.get(path);
    if (mode === 'read' && found === undefined) throw missing(path);
    if (mode === 'create' && found !== undefined) {
      throw externalError('disk.exists', `${path} exists already.`, 'Remove it.', { subject: { file: path } });
    }
    if (!this.directories.has(parentDirectory(path))) throw missing(path);
    const content = found ?? { bytes: new Uint8Array() };
    this.files.set(path, content);
    this.openFiles += 1;
    return this.fileOf(path, content);
  }

  private fileOf(path: string, content: Content): File {
    let isOpen = true;
    return {
      read: async (at, into) => {
        await this.before('read', path);
        const part = content.bytes.subarray(at, at + into.length);
        into.set(part);
        return part.length;
      },
      append: async (bytes) => {
        await this.before('append', path);
        const joined = new Uint8Array(content.bytes.length + bytes.length);
        joined.set(content.bytes);
        joined.set(bytes, content.bytes.length);
        content.bytes = joined;
      },
      sync: async () => this.before('sync', path),
      close: async () => {
        if (isOpen) this.openFiles -= 1;
        isOpen = false;
        await this.before('close', path);
      },
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await this.before('rename', from);
    this.files.set(to, this.existing(from));
    this.files.delete(from);
  }

  link(existing: string, created: string): Promise<void> {
    this.files.set(created, this.existing(existing));
    return Promise.resolve();
  }

  async list(directory: string): Promise<string[]> {
    await this.before('list', directory);
    const start = `${directory}/`;
    const below = [...this.files.keys(), ...this.directories].filter((path) => path.startsWith(start));
    return [...new Set(below.map((path) => path.slice(start.length).split('/')[0] ?? ''))].sort();
  }

  async stat(path: string): Promise<FileInfo | undefined> {
    await this.before('stat', path);
    const file = this.files.get(path);
    if (file !== undefined) return { sizeBytes: file.bytes.length, isDirectory: false, modifiedMs: 0 };
    return this.directories.has(path) ? { sizeBytes: 0, isDirectory: true, modifiedMs: 0 } : undefined;
  }

  makeDirectory(path: string): Promise<void> {
    for (let at = path; at !== '' && at !== '/'; at = parentDirectory(at)) this.directories.add(at);
    return Promise.resolve();
  }

  async remove(path: string): Promise<void> {
    await this.before('remove', path);
    const isBelow = (other: string) => other === path || other.startsWith(`${path}/`);
    for (const file of [...this.files.keys()].filter(isBelow)) this.files.delete(file);
    for (const directory of [...this.directories].filter(isBelow)) this.directories.delete(directory);
  }

  syncDirectory(): Promise<void> {
    return Promise.resolve();
  }

  private existing(path: string): Content {
    const found = this.files.get(path);
    if (found === undefined) throw missing(path);
    return found;
  }
}

function missing(path: string): Error {
  return externalError('disk.not-found', `${path} does not exist.`, 'Check the path.', { subject: { file: path } });
}
