import type { Clock } from '../../base/env';
import type { CheckpointId } from '../../base/ids';
import type { RowBatch } from '../../wire/batch';
import type { StreamElement } from '../../wire/channelFrames';
import type { SnapshotTarget } from '../../wire/messages';
import { BarrierAlignment, type AlignmentOutcome } from './barrierAlignment';
import type { InputChannel } from './inputChannel';
import { InputWatermarks } from './inputWatermarks';
import type { ValveOutcome } from './watermarkValve';

/** An element of the whole input: the channels merged, barriers aligned, watermarks reduced to their minimum. */
export type GateElement =
  | Exclude<StreamElement, { k: 'barrier' | 'close' | 'batch' }>
  | { readonly k: 'batch'; readonly batch: RowBatch; readonly input: number }
  | { readonly k: 'barrier'; readonly target: SnapshotTarget; readonly alignmentMs: number };

/** All input channels of a task. */
export class InputGate {
  private readonly alignment: BarrierAlignment;
  private readonly watermarks: InputWatermarks;
  private next = 0;
  private endsMissing: number;
  private alignmentStartMs = 0;
  /** Elements that one arrival gave besides the first. */
  private readonly ready: GateElement[] = [];

  /** @param superseded told of a checkpoint whose alignment a newer one has overtaken */
  constructor(
    private readonly channels: readonly InputChannel[],
    exactlyOnce: boolean,
    private readonly clock: Clock,
    private readonly superseded: (target: SnapshotTarget) => void,
  ) {
    this.alignment = new BarrierAlignment(channels.length, exactlyOnce);
    this.watermarks = new InputWatermarks(channels.map(({ input }) => input));
    this.endsMissing = channels.length;
  }

  /** The next element in turn over the channels that are not blocked; undefined when there is none now. */
  poll(): GateElement | undefined {
    const early = this.ready.shift();
    if (early !== undefined) return early;
    const { channels } = this;
    for (let tried = 0; tried < channels.length;) {
      const index = this.next;
      const channel = channels[index];
      if (channel === undefined || channel.isEmpty || this.alignment.blocks(index)) {
        this.advance();
        tried++;
        continue;
      }
      const element = channel.take();
      if (element === undefined) continue;
      if (element.k === 'batch') {
        this.advance();
        return { ...element, input: channel.input };
      }
      const given = this.event(index, channel, element);
      if (given !== undefined) return given;
      tried = 0;
    }
    return undefined;
  }

  /** Since when a barrier waits for others, by the clock; undefined when none does. */
  get aligning(): SnapshotTarget | undefined {
    return this.alignment.current;
  }

  /** True when the checkpoint was being aligned; its channels are drained again. */
  abort(checkpoint: CheckpointId): boolean {
    return this.alignment.abort(checkpoint);
  }

  get bytesIn(): number {
    return this.channels.reduce((sum, channel) => sum + channel.bytesIn, 0);
  }

  private advance(): void {
    this.next = this.next + 1 === this.channels.length ? 0 : this.next + 1;
  }

  private event(
    index: number,
    channel: InputChannel,
    element: Exclude<StreamElement, { k: 'batch' }>,
  ): GateElement | undefined {
    switch (element.k) {
      case 'watermark':
        return this.valveGave(this.watermarks.watermark(index, element.ms));
      case 'status':
        return this.valveGave(this.watermarks.status(index, element.idle));
      case 'barrier':
        if (this.alignment.current === undefined) this.alignmentStartMs = this.clock.monoMs();
        return this.alignmentGave(this.alignment.barrier(index, element.target));
      case 'close':
        return this.alignmentGave(this.alignment.close(index));
      case 'end':
        if (channel.ended) return undefined;
        channel.ended = true;
        this.endsMissing--;
        return this.endsMissing === 0 ? element : undefined;
    }
  }

  private valveGave({ watermarkMs, idle }: ValveOutcome): GateElement | undefined {
    if (idle === false) this.ready.push({ k: 'status', idle });
    if (watermarkMs !== undefined) this.ready.push({ k: 'watermark', ms: watermarkMs });
    if (idle === true) this.ready.push({ k: 'status', idle });
    return this.ready.shift();
  }

  private alignmentGave({ complete, superseded }: AlignmentOutcome): GateElement | undefined {
    if (superseded !== undefined) {
      this.superseded(superseded);
      this.alignmentStartMs = this.clock.monoMs();
    }
    if (complete === undefined) return undefined;
    return { k: 'barrier', target: complete, alignmentMs: this.clock.monoMs() - this.alignmentStartMs };
  }
}
