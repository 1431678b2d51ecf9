/**
 * Everything nondeterministic comes through here: time, chance, disk, network, child processes. The real one is `runtime/host/`;
 * the simulation (`test/simulation/`) gives each simulated process one of its own. After a simulated crash no promise of its Env settles.
 */

export interface Disposable {
  dispose(): void;
}

/** Why time stands still for the 'holdable' timers. Pausing is a set of reasons: it ends when the last one is disposed. */
export type PauseReason = 'debugger' | 'barrier' | 'backpressure';

/** real: fires whatever happens (heartbeats, flushes) · holdable: stops while somebody holds (time-outs, restart delays). */
export type TimerKind = 'real' | 'holdable';

export interface Clock {
  /** Monotonic, for durations. */
  monoMs(): number;
  /** Epoch milliseconds, for people and files; may jump. */
  wallMs(): number;
  after(ms: number, kind: TimerKind, run: () => void): Disposable;
  /** Stops the holdable timers until the result is disposed. */
  hold(reason: PauseReason): Disposable;
  /** Lets sockets, timers and other work of this process run. */
  yield(): Promise<void>;
}

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string;
  /** A random UUID in its text form. */
  uuid(): string;
}

export interface File {
  /** Reads into the whole of `into` from byte `at`; returns the bytes read, fewer only at the end of the file. */
  read(at: number, into: Uint8Array): Promise<number>;
  append(bytes: Uint8Array): Promise<void>;
  /** Makes what was appended durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileInfo {
  readonly sizeBytes: number;
  readonly isDirectory: boolean;
  readonly modifiedMs: number;
}

/**
 * Paths are absolute and in the form of the platform. A failed call rejects with a JobStateError whose code is one of
 * `disk.not-found`, `disk.exists`, `disk.full`, `disk.read-only`, `disk.denied`, `disk.failed`, domain external, subject file.
 */
export interface Disk {
  /** read: must exist · create: must not exist · append: either. */
  open(path: string, mode: 'read' | 'create' | 'append'): Promise<File>;
  rename(from: string, to: string): Promise<void>;
  /** A hard link. */
  link(existing: string, created: string): Promise<void>;
  /** Names of the entries, sorted; empty when the directory does not exist. */
  list(directory: string): Promise<string[]>;
  stat(path: string): Promise<FileInfo | undefined>;
  /** Creates the directory and its parents. */
  makeDirectory(path: string): Promise<void>;
  /** Removes a file, or a directory with all it holds; no error when it is not there. */
  remove(path: string): Promise<void>;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): Promise<void>;
}

/** An ordered, reliable byte stream. */
export interface Connection {
  /** Never blocks; ask `bufferedBytes` before sending much. The bytes must not be changed afterwards. */
  send(bytes: Uint8Array): void;
  /** Bytes accepted by `send` and not yet handed to the other side. */
  readonly bufferedBytes: number;
  onData(receive: (bytes: Uint8Array) => void): void;
  /** Called once, also when the connection is closed from this side. */
  onClose(closed: (error?: Error) => void): void;
  close(): void;
}

export interface Listener {
  readonly address: string;
  close(): Promise<void>;
}

/** Bytes that another program sends over TCP, for sources that read them. */
export interface IncomingStream {
  /** Whatever came before the first call is kept for it. */
  onData(receive: (bytes: Uint8Array) => void): void;
  /** Called once, after the last data: without an error when the other side ended the stream, or this side closed it. */
  onClose(closed: (error?: Error) => void): void;
  /** No data until `resume`; the other side is slowed down once the buffers of the network are full. */
  pause(): void;
  resume(): void;
  close(): void;
}

export interface Net {
  /** Listens on a fresh address of this machine (Unix socket or named pipe); `name` is a hint of a few letters. */
  listen(name: string, accept: (connection: Connection) => void): Promise<Listener>;
  /** Rejects with code `net.unreachable`. */
  connect(address: string): Promise<Connection>;
  /** Connects to a program outside. Rejects with code `net.unreachable`, at the latest after some seconds. */
  connectTcp(host: string, port: number): Promise<IncomingStream>;
}

/** A child process of ours, by role; how it is started is the host's affair. */
export type ChildSpec =
  | {
      readonly role: 'taskmanager';
      readonly id: string;
      /** Address of the JobManager's listener. */
      readonly jobManager: string;
      readonly slots: number;
      /** The TaskManager's own directory; its local state lies below. */
      readonly directory: string;
    }
  | {
      readonly role: 'compiler';
      readonly jobManager: string;
    };

export interface ChildExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** The last lines the child printed, for the report of its end. */
  readonly lastOutput: string;
}

export interface Child {
  readonly pid: number;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Called once, also when the child could not be started. */
  onExit(exited: (exit: ChildExit) => void): void;
}

export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** One per process. */
export interface Env {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly net: Net;
  readonly log: Logger;
  spawn(child: ChildSpec): Child;
}
