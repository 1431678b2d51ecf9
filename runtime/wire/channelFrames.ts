/**
 * What travels between two tasks in different processes, as frames of one channel. The consumer opens the link, picks the channel number
 * and sends `hello` and its first credits; the producer's side answers with the stream, or with `error` when it refuses.
 */
import { Packr } from 'msgpackr/pack';
import { errorData, type ErrorData } from '../base/errors';
import type { AttemptRef } from '../base/ids';
import type { RowBatch } from './batch';
import { encodeFrame, FrameKind, readU32, unexpectedMessage, type Frame } from './frames';
import type { SnapshotTarget } from './messages';
import { decodeBatch, encodeBatch } from './rowBatch';

/** What flows from a producer to a consumer, in order. Batches need credit, nothing else does. */
export type StreamElement =
  | { readonly k: 'batch'; readonly batch: RowBatch }
  | { readonly k: 'barrier'; readonly target: SnapshotTarget }
  | { readonly k: 'watermark'; readonly ms: number }
  | { readonly k: 'status'; readonly idle: boolean }
  /** End of the data; barriers may still follow. */
  | { readonly k: 'end' }
  /** The producer has finished; nothing follows. */
  | { readonly k: 'close' };

/** Asks for the part of a producer's output that is meant for one consumer. */
export interface ChannelRequest {
  readonly producer: AttemptRef;
  readonly edge: number;
  readonly consumer: AttemptRef;
}

export type ChannelMessage =
  | { readonly c: 'element'; readonly element: StreamElement; readonly sizeBytes: number }
  | { readonly c: 'hello'; readonly request: ChannelRequest }
  | { readonly c: 'credit'; readonly credits: number }
  | { readonly c: 'error'; readonly error: ErrorData };

const packr = new Packr({ useRecords: false, copyBuffers: true });

export function encodeElement(channel: number, element: StreamElement): Uint8Array {
  switch (element.k) {
    case 'batch':
      return encodeFrame(FrameKind.data, channel, encodeBatch(element.batch));
    case 'barrier':
      return encodeFrame(FrameKind.barrier, channel, packr.pack(element.target));
    case 'watermark':
      return encodeFrame(FrameKind.watermark, channel, packr.pack(element.ms));
    case 'status':
      return encodeFrame(FrameKind.status, channel, Uint8Array.of(element.idle ? 1 : 0));
    case 'end':
      return encodeFrame(FrameKind.end, channel);
    case 'close':
      return encodeFrame(FrameKind.close, channel);
  }
}

export function encodeHello(channel: number, request: ChannelRequest): Uint8Array {
  return encodeFrame(FrameKind.hello, channel, packr.pack(request));
}

export function encodeCredit(channel: number, credits: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, credits);
  return encodeFrame(FrameKind.credit, channel, payload);
}

export function encodeError(channel: number, error: unknown): Uint8Array {
  return encodeFrame(FrameKind.error, channel, packr.pack(errorData(error)));
}

/** Fails with `wire.unexpected-message` or what the batch codec says. */
export function decodeChannelFrame(frame: Frame): ChannelMessage {
  const { payload } = frame;
  switch (frame.kind) {
    case FrameKind.data:
      return { c: 'element', element: { k: 'batch', batch: decodeBatch(payload) }, sizeBytes: payload.length };
    case FrameKind.barrier:
      return event({ k: 'barrier', target: unpack(payload) as SnapshotTarget });
    case FrameKind.watermark:
      return event({ k: 'watermark', ms: unpack(payload) as number });
    case FrameKind.status:
      return event({ k: 'status', idle: payload[0] === 1 });
    case FrameKind.end:
      return event({ k: 'end' });
    case FrameKind.close:
      return event({ k: 'close' });
    case FrameKind.hello:
      return { c: 'hello', request: unpack(payload) as ChannelRequest };
    case FrameKind.credit:
      return { c: 'credit', credits: readU32(payload, 0) };
    case FrameKind.error:
      return { c: 'error', error: unpack(payload) as ErrorData };
    case FrameKind.control:
      throw unexpectedMessage('A control message on a data connection');
  }
}

function event(element: StreamElement): ChannelMessage {
  return { c: 'element', element, sizeBytes: 0 };
}

/** Both ends are ours and of one version; the frame kind says what it is. */
function unpack(payload: Uint8Array): unknown {
  try {
    return packr.unpack(payload);
  } catch (cause) {
    throw unexpectedMessage('A frame that cannot be decoded', cause);
  }
}
