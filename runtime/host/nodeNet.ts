import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, IncomingStream, Listener, Net } from '../base/env';
import { externalError } from '../base/errors';

/** A Unix socket's path may have about 104 bytes (macOS) to 108 (Linux). */
const maxSocketPathBytes = 100;

/** A host that does not answer at all. */
const connectTimeoutMs = 10_000;

/** Unix sockets in the temporary folder, in a directory that only the user may enter; named pipes on Windows. */
export class NodeNet implements Net {
  listen(name: string, accept: (connection: Connection) => void): Promise<Listener> {
    const { address, remove } = freshAddress(name);
    const server = createServer((socket) => accept(new NodeConnection(socket)));
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        remove();
        reject(
          externalError(
            'net.cannot-listen',
            `Cannot listen on ${address}: ${error.message}`,
            'Check the temporary folder.',
            { cause: error },
          ),
        );
      });
      server.listen(address, () =>
        resolve({
          address,
          close: () =>
            new Promise((closed) => {
              server.close(() => {
                remove();
                closed();
              });
            }),
        }),
      );
    });
  }

  connect(address: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(address);
      socket.once('error', (error) =>
        reject(
          externalError(
            'net.unreachable',
            `Nothing listens on ${address}: ${error.message}`,
            'The process behind it has ended.',
            { cause: error },
          ),
        ),
      );
      socket.once('connect', () => {
        socket.removeAllListeners('error');
        resolve(new NodeConnection(socket));
      });
    });
  }

  connectTcp(host: string, port: number): Promise<IncomingStream> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      const unreachable = (reason: string, cause?: unknown): void => {
        socket.destroy();
        reject(
          externalError('net.unreachable', `${host}:${port} cannot be reached: ${reason}.`, 'Check host and port.', {
            cause,
          }),
        );
      };
      const tooLong = setTimeout(() => unreachable(`no answer in ${connectTimeoutMs} ms`), connectTimeoutMs);
      socket.once('error', (error) => {
        clearTimeout(tooLong);
        unreachable(error.message, error);
      });
      socket.once('connect', () => {
        clearTimeout(tooLong);
        socket.removeAllListeners('error');
        resolve(new NodeIncomingStream(socket));
      });
    });
  }
}

function freshAddress(name: string): { address: string; remove: () => void } {
  if (process.platform === 'win32') {
    return { address: `\\\\.\\pipe\\job-state-${name}-${randomBytes(8).toString('hex')}`, remove: () => undefined };
  }
  const base = Buffer.byteLength(join(tmpdir(), 'js-XXXXXX', `${name}.sock`)) <= maxSocketPathBytes ? tmpdir() : '/tmp';
  const directory = mkdtempSync(join(base, 'js-'));
  return {
    address: join(directory, `${name}.sock`),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

class NodeConnection implements Connection {
  private lastError: Error | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('error', (error) => {
      this.lastError = error;
    });
  }

  get bufferedBytes(): number {
    return this.socket.writableLength;
  }

  send(bytes: Uint8Array): void {
    if (this.socket.writable) this.socket.write(bytes);
  }

  onData(receive: (bytes: Uint8Array) => void): void {
    this.socket.on('data', receive);
  }

  onClose(closed: (error?: Error) => void): void {
    if (this.socket.closed) closed(this.lastError);
    else this.socket.once('close', () => closed(this.lastError));
  }

  close(): void {
    this.socket.end();
    this.socket.destroySoon();
  }
}

class NodeIncomingStream implements IncomingStream {
  private lastError: Error | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('error', (error) => {
      this.lastError = error;
    });
  }

  onData(receive: (bytes: Uint8Array) => void): void {
    this.socket.on('data', receive);
  }

  onClose(closed: (error?: Error) => void): void {
    if (this.socket.closed) closed(this.lastError);
    else this.socket.once('close', () => closed(this.lastError));
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }
}
