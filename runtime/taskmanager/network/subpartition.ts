import type { StreamElement } from '../../wire/channelFrames';

/** The consumer as its producer sees it: in the same process, or behind a link. */
export interface ConsumerEnd {
  /** Returns the bytes sent, 0 within the process. */
  deliver(element: StreamElement): number;
}

/** Batches that may wait for credit before the task stops. */
const backlogLimit = 2;

/**
 * The producer's end of one channel; Flink's `PipelinedSubpartition`. Batches need a credit each, events none, and the order is kept. It
 * belongs to one attempt of the producer and one of the consumer.
 */
export class Subpartition {
  private readonly queue: StreamElement[] = [];
  private waitingBatches = 0;
  private credits = 0;
  private consumer: ConsumerEnd | undefined;
  private released = false;
  bytesOut = 0;

  /** @param available called when there is room again */
  constructor(private readonly available: () => void) {}

  /** False: no credit, and enough is waiting already. This is backpressure. */
  get hasRoom(): boolean {
    return this.waitingBatches < backlogLimit;
  }

  add(element: StreamElement): void {
    if (this.released) return;
    if (element.k === 'batch') this.waitingBatches++;
    this.queue.push(element);
    this.drain();
  }

  attach(consumer: ConsumerEnd, credits: number): void {
    this.consumer = consumer;
    this.credits = credits;
    this.drainForTask();
  }

  addCredits(credits: number): void {
    this.credits += credits;
    this.drainForTask();
  }

  /** Everything has been handed to the consumer. */
  get isDrained(): boolean {
    return this.queue.length === 0;
  }

  /** The consumer, or this attempt, is gone: what comes is dropped. */
  release(): void {
    this.released = true;
    this.consumer = undefined;
    this.queue.length = 0;
    this.waitingBatches = 0;
  }

  /** The task may have stopped for want of room: for credit, or for the consumer itself. */
  private drainForTask(): void {
    const waiting = this.waitingBatches;
    this.drain();
    if (waiting >= backlogLimit && this.hasRoom) this.available();
  }

  private drain(): void {
    const { consumer, queue } = this;
    if (consumer === undefined) return;
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      if (head.k === 'batch') {
        if (this.credits === 0) return;
        this.credits--;
        this.waitingBatches--;
      }
      queue.shift();
      this.bytesOut += consumer.deliver(head);
    }
  }
}
