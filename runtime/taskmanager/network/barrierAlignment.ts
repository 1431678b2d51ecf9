import type { CheckpointId } from '../../base/ids';
import type { SnapshotTarget } from '../../wire/messages';

/** What a barrier, or the end of a channel, brought about. */
export interface AlignmentOutcome {
  /** Every channel has delivered this barrier: take the snapshot. */
  readonly complete?: SnapshotTarget;
  /** An alignment that a newer barrier has overtaken: it will never be complete. */
  readonly superseded?: SnapshotTarget;
}

const nothing: AlignmentOutcome = {};

/**
 * Aligned barriers over the channels of one task, as decisions: set the bit of the channel, stop draining it, and when all live channels
 * have their bits, the snapshot is due and all bits are cleared. At-least-once is the same without the stopping. A newer barrier or an
 * abort resets (Flink's `SingleCheckpointBarrierHandler`; the bits follow Jet's `ConcurrentInboundEdgeStream`).
 */
export class BarrierAlignment {
  private readonly arrived: boolean[];
  private readonly gone: boolean[];
  private missing: number;
  private live: number;
  private target: SnapshotTarget | undefined;
  /** Barriers up to this checkpoint are of the past: complete, aborted or overtaken. */
  private latest = 0;

  constructor(
    channels: number,
    private readonly exactlyOnce: boolean,
  ) {
    this.arrived = new Array<boolean>(channels).fill(false);
    this.gone = new Array<boolean>(channels).fill(false);
    this.live = channels;
    this.missing = channels;
  }

  /** The snapshot being aligned. */
  get current(): SnapshotTarget | undefined {
    return this.target;
  }

  /** True while the channel must not be drained. */
  blocks(channel: number): boolean {
    return this.exactlyOnce && this.arrived[channel] === true;
  }

  barrier(channel: number, target: SnapshotTarget): AlignmentOutcome {
    if (target.checkpoint <= this.latest && this.target?.checkpoint !== target.checkpoint) return nothing;
    let superseded: SnapshotTarget | undefined;
    if (this.target?.checkpoint !== target.checkpoint) {
      superseded = this.target;
      this.reset();
      this.target = target;
      this.latest = target.checkpoint;
    }
    if (this.arrived[channel] !== true) {
      this.arrived[channel] = true;
      this.missing--;
    }
    return this.outcome(superseded);
  }

  /** The channel delivers no barriers any more. */
  close(channel: number): AlignmentOutcome {
    if (this.gone[channel] === true) return nothing;
    this.gone[channel] = true;
    this.live--;
    if (this.arrived[channel] === true) this.arrived[channel] = false;
    else this.missing--;
    return this.outcome(undefined);
  }

  /** Gives the alignment of this checkpoint up; its barriers that still come are ignored. True when it was being aligned. */
  abort(checkpoint: CheckpointId): boolean {
    const aligning = this.target?.checkpoint === checkpoint;
    if (aligning) this.reset();
    this.latest = Math.max(this.latest, checkpoint);
    return aligning;
  }

  private outcome(superseded: SnapshotTarget | undefined): AlignmentOutcome {
    const complete = this.missing === 0 ? this.target : undefined;
    if (complete !== undefined) this.reset();
    if (complete === undefined && superseded === undefined) return nothing;
    return { ...(complete === undefined ? {} : { complete }), ...(superseded === undefined ? {} : { superseded }) };
  }

  private reset(): void {
    this.arrived.fill(false);
    this.missing = this.live;
    this.target = undefined;
  }
}
