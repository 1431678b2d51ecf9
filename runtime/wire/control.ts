/**
 * Control messages over a Connection: msgpack in CONTROL frames. One instance per end; the message types of both directions stand in
 * messages.ts. Questions carry their own request number, so that answers may come in any order.
 */
import { Packr } from 'msgpackr/pack';
import type { Connection } from '../base/env';
import { encodeFrame, FrameDecoder, FrameKind, unexpectedMessage, type Frame } from './frames';
import type { FromCompiler, FromTaskManager, FromWatchdog, ToCompiler, ToTaskManager } from './messages';

const packr = new Packr({ useRecords: false, copyBuffers: true, int64AsType: 'bigint', encodeUndefinedAsNil: false });

const toTaskManager: Readonly<Record<ToTaskManager['m'], true>> = {
  welcome: true,
  deploy: true,
  cancel: true,
  triggerCheckpoint: true,
  checkpointComplete: true,
  checkpointAborted: true,
  endInput: true,
  finish: true,
  resume: true,
  setStepping: true,
  arm: true,
  disarm: true,
  query: true,
  releaseJob: true,
  shutdown: true,
};

const toCompiler: Readonly<Record<ToCompiler['m'], true>> = { compile: true };

/** What the JobManager sends its children. */
export type ToChild = ToTaskManager | ToCompiler;

/** What the children of the JobManager send it. */
export type FromChild = FromTaskManager | FromCompiler | FromWatchdog;

const fromChild: Readonly<Record<FromChild['m'], true>> = {
  hello: true,
  heartbeat: true,
  taskState: true,
  acknowledge: true,
  decline: true,
  inputExhausted: true,
  dataFinished: true,
  step: true,
  metrics: true,
  faultFired: true,
  answer: true,
  compilerReady: true,
  compiled: true,
  notCompiled: true,
  watchdog: true,
};

export interface ControlHandlers<In> {
  readonly onMessage: (message: In) => void;
  /** Once; with an error when the other side sent what is no message, or the connection broke. */
  readonly onClose: (error?: Error) => void;
}

/** One end of a control connection. `Out` and `In` are the two directions of messages.ts. */
export class ControlConnection<Out extends { readonly m: string }, In extends { readonly m: string }> {
  private failure: Error | undefined;
  private open = true;

  constructor(
    private readonly connection: Connection,
    known: Readonly<Record<In['m'], true>>,
    handlers: ControlHandlers<In>,
  ) {
    const decoder = new FrameDecoder((frame) => handlers.onMessage(decodeMessage(frame, known)));
    connection.onData((bytes) => {
      if (!this.open) return;
      try {
        decoder.push(bytes);
      } catch (error) {
        this.failure = error instanceof Error ? error : new Error(String(error));
        connection.close();
      }
    });
    connection.onClose((error) => {
      this.open = false;
      handlers.onClose(this.failure ?? error);
    });
  }

  /** Does nothing once the connection is closed: the other side is gone and `onClose` has said so. */
  send(message: Out): void {
    if (this.open) this.connection.send(encodeFrame(FrameKind.control, 0, packr.pack(message)));
  }

  close(): void {
    this.connection.close();
  }
}

/** The end of the TaskManager. */
export function taskManagerEnd(
  connection: Connection,
  handlers: ControlHandlers<ToTaskManager>,
): ControlConnection<FromTaskManager, ToTaskManager> {
  return new ControlConnection(connection, toTaskManager, handlers);
}

/** The end of the JobManager; the first message tells which child it is. */
export function jobManagerEnd(
  connection: Connection,
  handlers: ControlHandlers<FromChild>,
): ControlConnection<ToChild, FromChild> {
  return new ControlConnection(connection, fromChild, handlers);
}

/** The end of a TaskManager's watchdog thread; nothing is sent to it. */
export function watchdogEnd(
  connection: Connection,
  handlers: ControlHandlers<ToTaskManager>,
): ControlConnection<FromWatchdog, ToTaskManager> {
  return new ControlConnection(connection, toTaskManager, handlers);
}

/** The end of a compiler child. */
export function compilerEnd(
  connection: Connection,
  handlers: ControlHandlers<ToCompiler>,
): ControlConnection<FromCompiler, ToCompiler> {
  return new ControlConnection(connection, toCompiler, handlers);
}

/** Both ends are ours and of one version: the discriminant is checked, the rest is vouched for by the other side's types. */
function decodeMessage<In extends { readonly m: string }>(frame: Frame, known: Readonly<Record<In['m'], true>>): In {
  if (frame.kind !== FrameKind.control) throw unexpectedMessage(`Frame kind ${frame.kind} on a control connection`);
  let value: unknown;
  try {
    value = packr.unpack(frame.payload);
  } catch (cause) {
    throw unexpectedMessage('A control message that cannot be decoded', cause);
  }
  if (typeof value !== 'object' || value === null || !('m' in value) || typeof value.m !== 'string') {
    throw unexpectedMessage('A control message without a kind');
  }
  if (!Object.hasOwn(known, value.m)) throw unexpectedMessage(`Control message '${value.m.slice(0, 40)}'`);
  return value as unknown as In;
}
