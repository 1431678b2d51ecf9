import type { Disk, File, FileInfo } from '../../runtime/base/env';
import { externalError } from '../../runtime/base/errors';
import type { SimLife } from './life';

interface Node {
  chunks: Uint8Array[];
  sizeBytes: number;
}

/** The one file system of a simulated machine; it outlives its processes. Hard links share a node. */
export class SimFileSystem {
  readonly files = new Map<string, Node>();
  readonly directories = new Set<string>(['/']);
  /** While true every write fails with `disk.full`. */
  full = false;
  readOnly = false;
  /** Where writes fail with `disk.failed`. */
  refuses: (path: string) => boolean = () => false;
  /** Multiplies the time of every operation. */
  slowness = 1;
  /** Told of every read of a file, by which process. */
  onRead: (path: string, processName: string) => void = () => undefined;
  /** Told of every name that comes or goes. */
  onName: (path: string) => void = () => undefined;

  bytes(path: string): Uint8Array | undefined {
    const node = this.files.get(path);
    if (node === undefined) return undefined;
    return content(node);
  }

  write(path: string, bytes: Uint8Array): void {
    this.addDirectory(parent(path));
    this.files.set(path, { chunks: [bytes], sizeBytes: bytes.length });
    this.onName(path);
  }

  addDirectory(path: string): void {
    for (let at = path; !this.directories.has(at); at = parent(at)) this.directories.add(at);
  }

  sizeBytes(path: string): number | undefined {
    return this.files.get(path)?.sizeBytes;
  }

  /** All that lies below a directory, as it is now, on another machine. */
  copyTo(other: SimFileSystem, directory: string): void {
    for (const path of this.directories) if (path.startsWith(`${directory}/`)) other.addDirectory(path);
    for (const path of this.files.keys()) {
      if (path.startsWith(`${directory}/`)) other.write(path, this.bytes(path) ?? new Uint8Array());
    }
  }

  removeTree(path: string): void {
    this.onName(path);
    for (const file of [...this.files.keys()])
      if (file === path || file.startsWith(`${path}/`)) this.files.delete(file);
    for (const directory of [...this.directories])
      if (directory === path || directory.startsWith(`${path}/`)) this.directories.delete(directory);
  }

  list(directory: string): string[] {
    const names = new Set<string>();
    const prefix = directory === '/' ? '/' : `${directory}/`;
    for (const path of [...this.files.keys(), ...this.directories]) {
      if (path.startsWith(prefix) && path.length > prefix.length)
        names.add(path.slice(prefix.length).split('/')[0] ?? '');
    }
    return [...names].sort();
  }
}

function content(node: Node): Uint8Array {
  if (node.chunks.length === 1 && node.chunks[0] !== undefined) return node.chunks[0];
  const all = new Uint8Array(node.sizeBytes);
  let at = 0;
  for (const chunk of node.chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  node.chunks = [all];
  return all;
}

function parent(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

const missing = (path: string): Error =>
  externalError('disk.not-found', `${path} does not exist.`, '', { subject: { file: path } });
const exists = (path: string): Error =>
  externalError('disk.exists', `${path} exists already.`, '', { subject: { file: path } });

/** One process's view of the file system. Every operation takes virtual time; a crash in the middle of an append tears it. */
export class SimDisk implements Disk {
  constructor(
    private readonly fs: SimFileSystem,
    private readonly process: SimLife,
  ) {}

  open(path: string, mode: 'read' | 'create' | 'append'): Promise<File> {
    return this.op(() => {
      const found = this.fs.files.get(path);
      if (mode === 'read') {
        if (found === undefined) throw missing(path);
        return new SimFile(this, found, path);
      }
      this.mayWrite(path);
      if (mode === 'create' && found !== undefined) throw exists(path);
      if (!this.fs.directories.has(parent(path))) throw missing(path);
      const node = found ?? { chunks: [], sizeBytes: 0 };
      this.fs.files.set(path, node);
      this.fs.onName(path);
      return new SimFile(this, node, path);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.op(() => {
      this.fs.onName(from);
      this.fs.onName(to);
      if (this.fs.directories.has(from)) {
        this.renameDirectory(from, to);
        return;
      }
      const node = this.fs.files.get(from);
      if (node === undefined || !this.fs.directories.has(parent(to))) throw missing(node === undefined ? from : to);
      this.fs.files.delete(from);
      this.fs.files.set(to, node);
    });
  }

  link(existing: string, created: string): Promise<void> {
    return this.op(() => {
      const node = this.fs.files.get(existing);
      if (node === undefined) throw missing(existing);
      if (this.fs.files.has(created)) throw exists(created);
      this.fs.files.set(created, node);
      this.fs.onName(created);
    });
  }

  list(directory: string): Promise<string[]> {
    return this.op(() => this.fs.list(directory));
  }

  stat(path: string): Promise<FileInfo | undefined> {
    return this.op(() => {
      if (this.fs.directories.has(path)) return { sizeBytes: 0, isDirectory: true, modifiedMs: 0 };
      const node = this.fs.files.get(path);
      return node === undefined ? undefined : { sizeBytes: node.sizeBytes, isDirectory: false, modifiedMs: 0 };
    });
  }

  makeDirectory(path: string): Promise<void> {
    return this.op(() => {
      if (!this.fs.directories.has(path)) this.mayWrite(path);
      this.fs.addDirectory(path);
    });
  }

  remove(path: string): Promise<void> {
    return this.op(() => this.fs.removeTree(path));
  }

  syncDirectory(): Promise<void> {
    return this.op(() => undefined);
  }

  /** Appends the first half at once and the rest when the operation ends, so that a crash in between tears the file. */
  append(node: Node, bytes: Uint8Array): Promise<void> {
    const half = bytes.length >> 1;
    const add = (piece: Uint8Array): void => {
      if (piece.length === 0) return;
      node.chunks.push(piece.slice());
      node.sizeBytes += piece.length;
    };
    if (!this.fs.full) add(bytes.subarray(0, half));
    return this.op(() => {
      this.mayWrite('a file');
      add(bytes.subarray(half));
    });
  }

  read(path: string, node: Node, at: number, into: Uint8Array): Promise<number> {
    return this.op(() => {
      this.fs.onRead(path, this.process.name);
      const piece = content(node).subarray(at, at + into.length);
      into.set(piece);
      return piece.length;
    });
  }

  op<T>(run: () => T): Promise<T> {
    return this.process.later(this.process.random.between(0.01, 0.4) * this.fs.slowness, run);
  }

  private mayWrite(path: string): void {
    if (this.fs.refuses(path))
      throw externalError('disk.failed', `${path} cannot be written.`, '', { subject: { file: path } });
    if (this.fs.full)
      throw externalError('disk.full', `The disk is full: ${path} cannot be written.`, '', { subject: { file: path } });
    if (this.fs.readOnly)
      throw externalError('disk.read-only', `${path} is read-only.`, '', { subject: { file: path } });
  }

  private renameDirectory(from: string, to: string): void {
    const move = (path: string): string => to + path.slice(from.length);
    for (const [path, node] of [...this.fs.files]) {
      if (!path.startsWith(`${from}/`)) continue;
      this.fs.files.delete(path);
      this.fs.files.set(move(path), node);
    }
    for (const path of [...this.fs.directories]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.fs.directories.delete(path);
      this.fs.directories.add(move(path));
    }
  }
}

class SimFile implements File {
  constructor(
    private readonly disk: SimDisk,
    private readonly node: Node,
    private readonly path: string,
  ) {}

  read(at: number, into: Uint8Array): Promise<number> {
    return this.disk.read(this.path, this.node, at, into);
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.disk.append(this.node, bytes);
  }

  sync(): Promise<void> {
    return this.disk.op(() => undefined);
  }

  close(): Promise<void> {
    return this.disk.op(() => undefined);
  }
}
