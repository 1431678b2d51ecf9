/**
 * The frames of every link between processes: `[u32 length][u8 kind][u32 channel][payload]`, numbers big-endian, `length` counts what
 * follows it. Channel 0 is the link itself; the others are numbered by the side that opened the link (channelFrames.ts).
 */
import { externalError, JobStateError } from '../base/errors';

export const FrameKind = {
  /** Asks for one output of a producer attempt. */
  hello: 1,
  data: 2,
  barrier: 3,
  watermark: 4,
  /** Idle or active. */
  status: 5,
  /** End of the data; barriers may follow. */
  end: 6,
  credit: 7,
  control: 8,
  error: 9,
  /** Nothing more comes, or is wanted, on this channel. */
  close: 10,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

export interface Frame {
  readonly kind: FrameKind;
  readonly channel: number;
  /** May be a view on what was received: decode it, do not keep it. */
  readonly payload: Uint8Array;
}

const headerBytes = 9;
const headerAfterLength = headerBytes - 4;
const lastKind = FrameKind.close;
const nothing = new Uint8Array(0);

/** Longest frame that is accepted or sent, so that a broken length fails at once. */
export const maxFrameBytes = 256 * 1024 * 1024;

/** One frame as bytes. Fails with `wire.frame-too-long`. */
export function encodeFrame(kind: FrameKind, channel: number, payload: Uint8Array = nothing): Uint8Array {
  const length = headerAfterLength + payload.length;
  if (length > maxFrameBytes) {
    throw new JobStateError('wire.frame-too-long', `A frame of ${length} bytes is longer than ${maxFrameBytes}.`, {
      advice: 'Use smaller rows or less state below the inline threshold.',
    });
  }
  const bytes = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  bytes[4] = kind;
  view.setUint32(5, channel);
  bytes.set(payload, headerBytes);
  return bytes;
}

/**
 * Cuts a byte stream into frames, wherever the stream itself was cut. A frame that lies whole in one piece is handed out without a copy.
 * After an error the decoder is useless: close the connection.
 */
export class FrameDecoder {
  private readonly header = new Uint8Array(headerBytes);
  private headerLength = 0;
  private body: Uint8Array | undefined;
  private bodyLength = 0;

  constructor(private readonly receive: (frame: Frame) => void) {}

  /** Fails with `wire.frame-too-long`, `wire.frame-too-short` or `wire.unknown-kind`. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at = this.body === undefined ? this.takeHeader(bytes, at) : this.takeBody(bytes, at);
  }

  /** True when no frame is half received: the stream may end here. */
  get atFrameEnd(): boolean {
    return this.headerLength === 0;
  }

  private takeHeader(bytes: Uint8Array, at: number): number {
    if (this.headerLength === 0 && bytes.length - at >= headerBytes) {
      const length = checkHeader(bytes, at);
      const start = at + headerBytes;
      if (start + length <= bytes.length) {
        this.emit(bytes, at, bytes.subarray(start, start + length));
        return start + length;
      }
    }
    const taken = Math.min(headerBytes - this.headerLength, bytes.length - at);
    this.header.set(bytes.subarray(at, at + taken), this.headerLength);
    this.headerLength += taken;
    if (this.headerLength === headerBytes) {
      this.body = new Uint8Array(checkHeader(this.header, 0));
      this.bodyLength = 0;
      this.emitWhenWhole(this.body);
    }
    return at + taken;
  }

  private takeBody(bytes: Uint8Array, at: number): number {
    const body = this.body ?? nothing;
    const taken = Math.min(body.length - this.bodyLength, bytes.length - at);
    body.set(bytes.subarray(at, at + taken), this.bodyLength);
    this.bodyLength += taken;
    this.emitWhenWhole(body);
    return at + taken;
  }

  private emitWhenWhole(body: Uint8Array): void {
    if (this.bodyLength < body.length) return;
    this.body = undefined;
    this.headerLength = 0;
    this.emit(this.header, 0, body);
  }

  private emit(header: Uint8Array, at: number, payload: Uint8Array): void {
    this.receive({ kind: kindOf(header[at + 4] ?? 0), channel: readU32(header, at + 5), payload });
  }
}

/** Payload length of the frame whose header stands at `at`. */
function checkHeader(bytes: Uint8Array, at: number): number {
  const length = readU32(bytes, at);
  if (length > maxFrameBytes) throw broken('wire.frame-too-long', `A frame of ${length} bytes was announced`);
  if (length < headerAfterLength) throw broken('wire.frame-too-short', `A frame of ${length} bytes was announced`);
  kindOf(bytes[at + 4] ?? 0);
  return length - headerAfterLength;
}

function kindOf(kind: number): FrameKind {
  if (kind < FrameKind.hello || kind > lastKind) throw broken('wire.unknown-kind', `Frame kind ${kind} is not known`);
  return kind as FrameKind;
}

/** What the other side should never send, as an error: `wire.unexpected-message`. */
export function unexpectedMessage(what: string, cause?: unknown): JobStateError {
  return broken('wire.unexpected-message', `${what} is not expected here`, cause);
}

function broken(code: string, message: string, cause?: unknown): JobStateError {
  return externalError(code, `${message}.`, 'Both processes must be of the same version; start the runtime again.', {
    retry: 'never',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function readU32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) * 0x1_00_00_00 +
    (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
  );
}
