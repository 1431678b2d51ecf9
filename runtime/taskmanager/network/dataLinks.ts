import type { Connection, Disposable, Env, Listener, Logger } from '../../base/env';
import { errorFromData, externalError, sentence } from '../../base/errors';
import {
  decodeChannelFrame,
  encodeCredit,
  encodeElement,
  encodeError,
  encodeHello,
  type ChannelMessage,
  type ChannelRequest,
  type StreamElement,
} from '../../wire/channelFrames';
import { encodeFrame, FrameDecoder, FrameKind } from '../../wire/frames';
import { creditsPerChannel, type InputChannel } from './inputChannel';
import type { ResultPartitions } from './resultPartitions';
import type { Subpartition } from './subpartition';

/**
 * Time for the JobManager to learn of the end of a TaskManager before its consumers say that their connection broke: the former is the
 * cause, the latter only follows from it.
 */
const lossGraceMs = 5_000;

interface RemoteChannel {
  readonly channel: InputChannel;
  readonly failed: (error: Error) => void;
}

/** The data connections of a TaskManager: one to each TaskManager that it reads from, all channels multiplexed. */
export class DataLinks {
  private readonly links = new Map<string, Promise<ConsumerLink>>();
  private readonly producerLinks = new Set<ProducerLink>();

  constructor(
    private readonly env: Env,
    private readonly partitions: ResultPartitions,
  ) {}

  /** Listens for consumers. */
  listen(): Promise<Listener> {
    return this.env.net.listen('data', (connection) => {
      const link = new ProducerLink(connection, this.partitions, this.env.log, () => this.producerLinks.delete(link));
      this.producerLinks.add(link);
    });
  }

  /** Asks another TaskManager for one channel; `failed` is called when it refuses, cannot be reached or is gone. */
  request(address: string, request: ChannelRequest, channel: InputChannel, failed: (error: Error) => void): void {
    this.link(address).then(
      (link) => link.request(request, { channel, failed }),
      (error: unknown) => failLater(this.env, { channel, failed }, asError(error)),
    );
  }

  close(): void {
    for (const link of this.producerLinks) link.close();
    for (const link of this.links.values()) {
      link.then((each) => each.close()).catch(() => undefined);
    }
  }

  private link(address: string): Promise<ConsumerLink> {
    const known = this.links.get(address);
    if (known !== undefined) return known;
    const link = this.env.net
      .connect(address)
      .then((connection) => new ConsumerLink(connection, this.env, address, () => this.forget(address, link)));
    this.links.set(address, link);
    link.catch(() => this.forget(address, link));
    return link;
  }

  /** A newer link to the same address stays. */
  private forget(address: string, link: Promise<ConsumerLink>): void {
    if (this.links.get(address) === link) this.links.delete(address);
  }
}

/** The side that opened the connection and reads. */
class ConsumerLink {
  private readonly channels = new Map<number, RemoteChannel>();
  private lastChannel = 0;
  private open = true;

  constructor(
    private readonly connection: Connection,
    private readonly env: Env,
    private readonly address: string,
    private readonly gone: () => void,
  ) {
    let unreadable: Error | undefined;
    receive(
      connection,
      (number, message) => this.message(number, message),
      (error) => (unreadable = error),
    );
    connection.onClose((error) => this.lost(unreadable ?? error));
  }

  request(request: ChannelRequest, remote: RemoteChannel): void {
    if (!this.open) {
      this.lose(remote);
      return;
    }
    const number = ++this.lastChannel;
    this.channels.set(number, remote);
    this.connection.send(encodeHello(number, request));
    this.connection.send(encodeCredit(number, creditsPerChannel));
    remote.channel.connect({
      addCredits: (credits) => this.connection.send(encodeCredit(number, credits)),
      close: () => {
        if (this.channels.delete(number)) this.connection.send(encodeFrame(FrameKind.close, number));
      },
    });
  }

  close(): void {
    this.connection.close();
  }

  /** What comes for a channel that was given up is dropped. */
  private message(number: number, message: ChannelMessage): void {
    const remote = this.channels.get(number);
    if (remote === undefined) return;
    if (message.c === 'element') {
      remote.channel.push(message.element, message.sizeBytes);
    } else if (message.c === 'error') {
      this.channels.delete(number);
      remote.failed(errorFromData(message.error));
    }
  }

  private lost(error: Error | undefined): void {
    this.open = false;
    this.gone();
    for (const remote of this.channels.values()) this.lose(remote, error);
    this.channels.clear();
  }

  private lose(remote: RemoteChannel, cause?: Error): void {
    const error = externalError(
      'task.connection-lost',
      `The connection to the TaskManager at ${this.address} was lost${cause === undefined ? '.' : `: ${sentence(cause.message)}`}`,
      'Look into the log of that TaskManager.',
      cause === undefined ? {} : { cause },
    );
    failLater(this.env, remote, error);
  }
}

/** Not when the consumer gives the channel up by then. */
function failLater(env: Env, { channel, failed }: RemoteChannel, error: Error): void {
  const timer = env.clock.after(lossGraceMs, 'holdable', () => failed(error));
  channel.connect({ addCredits: () => undefined, close: () => timer.dispose() });
}

interface ServedChannel {
  request: Disposable | undefined;
  subpartition: Subpartition | undefined;
  /** Credits that came before the producer was there. */
  credits: number;
}

/** The side that was connected to and writes. */
class ProducerLink {
  private readonly channels = new Map<number, ServedChannel>();

  constructor(
    private readonly connection: Connection,
    private readonly partitions: ResultPartitions,
    log: Logger,
    gone: () => void,
  ) {
    receive(
      connection,
      (number, message) => this.message(number, message),
      (error) => log.warn('a consumer sent what cannot be read', { error: error.message }),
    );
    connection.onClose(() => {
      gone();
      for (const number of [...this.channels.keys()]) this.release(number);
    });
  }

  close(): void {
    this.connection.close();
  }

  private message(number: number, message: ChannelMessage): void {
    switch (message.c) {
      case 'hello':
        this.hello(number, message.request);
        return;
      case 'credit': {
        const channel = this.channels.get(number);
        if (channel === undefined) return;
        const { subpartition } = channel;
        if (subpartition === undefined) channel.credits += message.credits;
        else this.orRefuse(number, () => subpartition.addCredits(message.credits));
        return;
      }
      case 'element':
        if (message.element.k === 'close') this.release(number);
        return;
      case 'error':
        return;
    }
  }

  private hello(number: number, request: ChannelRequest): void {
    const channel: ServedChannel = { request: undefined, subpartition: undefined, credits: 0 };
    this.channels.set(number, channel);
    channel.request = this.partitions.request(
      request,
      (subpartition) => {
        channel.subpartition = subpartition;
        const consumer = { deliver: (element: StreamElement) => this.send(number, element) };
        this.orRefuse(number, () => subpartition.attach(consumer, channel.credits));
      },
      (error) => {
        this.channels.delete(number);
        this.connection.send(encodeError(number, error));
      },
    );
  }

  /** What cannot be sent fails the consumer, which is waiting for it. */
  private orRefuse(number: number, send: () => void): void {
    try {
      send();
    } catch (error) {
      this.connection.send(encodeError(number, error));
      this.release(number);
    }
  }

  private send(number: number, element: StreamElement): number {
    const bytes = encodeElement(number, element);
    this.connection.send(bytes);
    return bytes.length;
  }

  private release(number: number): void {
    const channel = this.channels.get(number);
    this.channels.delete(number);
    channel?.request?.dispose();
    channel?.subpartition?.release();
  }
}

/** Tells of each message of the other end. When one cannot be decoded, `unreadable` is told and the connection is closed: both ends report its loss. */
function receive(
  connection: Connection,
  message: (channel: number, message: ChannelMessage) => void,
  unreadable: (error: Error) => void,
): void {
  const decoder = new FrameDecoder((frame) => message(frame.channel, decodeChannelFrame(frame)));
  let broken = false;
  connection.onData((bytes) => {
    if (broken) return;
    try {
      decoder.push(bytes);
    } catch (error) {
      broken = true;
      unreadable(asError(error));
      connection.close();
    }
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
