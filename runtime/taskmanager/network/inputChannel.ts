import type { StreamElement } from '../../wire/channelFrames';

/** Batches that a producer may send before the consumer has taken one. */
export const creditsPerChannel = 8;

/** The way back to the producer of a channel. */
export interface ProducerEnd {
  addCredits(credits: number): void;
  /** The consumer wants nothing more. */
  close(): void;
}

/** The consumer's end of one channel: what has arrived and is not taken yet. */
export class InputChannel {
  private readonly queue: StreamElement[] = [];
  private producer: ProducerEnd | undefined;
  private released = false;
  bytesIn = 0;
  ended = false;

  /**
   * @param available called for each arrival that may give the task something to do
   * @param input which input of the task it belongs to
   */
  constructor(
    private readonly available: () => void,
    readonly input = 0,
  ) {}

  /** The producer has accepted the request. */
  connect(producer: ProducerEnd): void {
    if (this.released) producer.close();
    else this.producer = producer;
  }

  push(element: StreamElement, sizeBytes = 0): void {
    if (this.released) return;
    this.bytesIn += sizeBytes;
    this.queue.push(element);
    if (this.queue.length === 1) this.available();
  }

  /** The next element; taking a batch lets the producer send another. */
  take(): StreamElement | undefined {
    const element = this.queue.shift();
    if (element?.k === 'batch') this.producer?.addCredits(1);
    return element;
  }

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  release(): void {
    this.released = true;
    this.queue.length = 0;
    this.producer?.close();
  }
}
