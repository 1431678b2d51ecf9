import type { CheckpointId, FaultId } from '../base/ids';
import type { SnapshotTarget } from '../wire/messages';
import type { GateElement, InputGate } from './network/inputGate';
import type { ChainElement } from './chainElement';
import type { SourceOperator } from './operators/sourceOperator';
import { done, progress, type Stepped, type WaitReason } from './stepped';
import { StreamTaskTimers, type TimedParts } from './streamTaskTimers';
import type { SubtaskCheckpoints } from './subtaskCheckpoints';

const idleOn = {
  input: { did: 'idle', on: ['input'] },
  timed: { did: 'idle', on: ['input', 'timer'] },
  output: { did: 'idle', on: ['output'] },
  barrier: { did: 'idle', on: ['barrier'] },
  mail: { did: 'idle', on: ['mail'] },
} as const satisfies Record<string, { did: 'idle'; on: readonly WaitReason[] }>;

export interface StreamTaskListener {
  /** It has something to do again. */
  readonly signal: () => void;
  readonly failed: (error: unknown) => void;
  readonly firstRecord: () => void;
  readonly inputExhausted: () => void;
  readonly dataFinished: () => void;
  /** After `finish`: everything is committed and handed on. */
  readonly finished: () => void;
}

export interface StreamTaskParts extends TimedParts {
  readonly checkpoints: SubtaskCheckpoints;
  /** Absent at the head of a job. */
  readonly gate: InputGate | undefined;
  readonly listener: StreamTaskListener;
}

/**
 * A restored task at work: input → chain → output, one batch a step, all of it synchronous; Flink's `StreamTask`. What comes from outside
 * (triggers, the word to end) is noted and done in the next step that finds the chain empty.
 */
export class StreamTask {
  recordsIn = 0;
  watermarkMs: number | undefined;
  private readonly triggers: SnapshotTarget[] = [];
  private syncing = false;
  private endWanted = false;
  private endEntered = false;
  private endReported = false;
  private exhaustedReported = false;
  private finishing: 'no' | 'committing' | 'closing' | 'draining' | 'done' = 'no';
  private firstSeen = false;
  private stoppedBehind: CheckpointId | undefined;
  private readonly timers: StreamTaskTimers;

  constructor(private readonly parts: StreamTaskParts) {
    this.timers = new StreamTaskTimers(parts);
    parts.source?.onAvailable(parts.listener.signal);
  }

  get recordsOut(): number {
    return this.parts.writers.reduce((sum, writer) => sum + writer.recordsOut, 0);
  }

  get bytesIn(): number {
    return this.parts.gate?.bytesIn ?? 0;
  }

  get bytesOut(): number {
    return this.parts.writers.reduce((sum, writer) => sum + writer.bytesOut, 0);
  }

  /** To sources only; elsewhere the barrier comes with the input. */
  triggerCheckpoint(target: SnapshotTarget): void {
    this.triggers.push(target);
    this.parts.listener.signal();
  }

  declineNextCheckpoint(fault: FaultId): void {
    this.parts.checkpoints.declineNext(fault);
  }

  /** False when the failure does not wait here. */
  disarm(fault: FaultId): boolean {
    return this.parts.checkpoints.disarm(fault);
  }

  checkpointComplete(checkpoint: CheckpointId, savepoint: boolean): void {
    this.parts.checkpoints.complete(checkpoint, savepoint);
  }

  checkpointAborted(checkpoint: CheckpointId): void {
    this.parts.checkpoints.abort(checkpoint);
    if (this.parts.gate?.abort(checkpoint) === true) this.parts.listener.signal();
    if (this.stoppedBehind === checkpoint) {
      this.parts.source?.continueReading();
      this.parts.listener.signal();
    }
  }

  /** To sources: the whole job has read its input. */
  endInput(): void {
    this.endWanted = true;
    this.parts.listener.signal();
  }

  /** The part in a stop or final checkpoint is done: commit, hand on what is left, end. */
  finish(): void {
    if (this.finishing !== 'no') return;
    this.finishing = 'committing';
    this.parts.checkpoints.committed().then(
      () => {
        this.finishing = 'closing';
        this.parts.listener.signal();
      },
      (error: unknown) => this.parts.listener.failed(error),
    );
  }

  /** At most about `maxRows` rows from the input. Throws what an operator throws. */
  step(maxRows: number): Stepped {
    this.timers.cancelAlarm();
    const stepped = this.work(maxRows);
    this.timers.planFlush();
    if (stepped.did === 'idle') this.timers.planAlarm();
    return stepped;
  }

  release(): void {
    this.timers.release();
    for (const writer of this.parts.writers) writer.release();
  }

  private work(maxRows: number): Stepped {
    if (this.finishing === 'closing' || this.finishing === 'draining') return this.drain();
    if (this.syncing) return idleOn.barrier;
    const left = this.runChain();
    if (left !== undefined) return left;
    const trigger = this.triggers.shift();
    if (trigger !== undefined) return this.checkpoint(trigger, 0);
    if (this.endWanted && !this.endEntered) return this.enterEnd();
    if (this.timers.fireProcessingTime()) return this.runChain() ?? progress;
    if (!this.parts.chain.hasRoom) return idleOn.output;
    return this.parts.source === undefined ? this.takeInput() : this.readSource(this.parts.source, maxRows);
  }

  /** undefined: nothing is left in the chain. */
  private runChain(): Stepped | undefined {
    switch (this.parts.chain.run()) {
      case 'output':
        return idleOn.output;
      case 'waiting':
        return idleOn.mail;
      case 'done':
        if (this.endEntered && !this.endReported) {
          this.endReported = true;
          this.parts.listener.dataFinished();
        }
        return undefined;
    }
  }

  private readSource(source: SourceOperator, maxRows: number): Stepped {
    const read: ChainElement[] = [];
    const result = source.read(maxRows, (element) => this.note(read, element));
    this.parts.chain.enterFromSource(read);
    if (result === 'exhausted' && !this.exhaustedReported) {
      this.exhaustedReported = true;
      this.parts.listener.inputExhausted();
    }
    if (read.length > 0) this.runChain();
    return result === 'rows' || read.length > 0 ? progress : idleOn.timed;
  }

  private enterEnd(): Stepped {
    this.endEntered = true;
    const read: ChainElement[] = [];
    this.parts.source?.endInput((element) => this.note(read, element));
    this.parts.chain.enterFromSource(read);
    this.runChain();
    return progress;
  }

  private note(read: ChainElement[], element: ChainElement): void {
    if (element.k === 'watermark') this.watermarkMs = element.ms;
    if (element.k === 'batch') this.countFirst();
    read.push(element);
  }

  private takeInput(): Stepped {
    const element: GateElement | undefined = this.parts.gate?.poll();
    if (element === undefined) return idleOn.input;
    switch (element.k) {
      case 'barrier':
        return this.checkpoint(element.target, element.alignmentMs);
      case 'batch':
        this.countFirst();
        this.recordsIn += element.batch.length;
        this.parts.chain.enter(element, element.input);
        this.runChain();
        return progress;
      case 'watermark':
        this.watermarkMs = element.ms;
        break;
      case 'end':
        this.endEntered = true;
        break;
      case 'status':
        break;
    }
    this.parts.chain.enter(element);
    this.runChain();
    return progress;
  }

  private countFirst(): void {
    if (this.firstSeen) return;
    this.firstSeen = true;
    this.parts.listener.firstRecord();
  }

  /** The chain is empty: the state now is what the barrier asks for. It goes on right behind the rows before it. */
  private checkpoint(target: SnapshotTarget, alignmentMs: number): Stepped {
    const { checkpoints, writers, source, listener } = this.parts;
    if (checkpoints.wants(target)) {
      const synced = checkpoints.begin(target, alignmentMs);
      if (target.type.t === 'savepoint' && target.type.thenStop) {
        source?.stopReading();
        this.stoppedBehind = target.checkpoint;
      }
      if (synced !== undefined) this.waitFor(synced);
    }
    for (const writer of writers) writer.event({ k: 'barrier', target });
    listener.signal();
    return progress;
  }

  private waitFor(synced: Promise<void>): void {
    this.syncing = true;
    synced.then(
      () => {
        this.syncing = false;
        this.parts.listener.signal();
      },
      (error: unknown) => this.parts.listener.failed(error),
    );
  }

  private drain(): Stepped {
    if (this.finishing === 'closing') {
      for (const writer of this.parts.writers) writer.event({ k: 'close' });
      this.finishing = 'draining';
    }
    if (!this.parts.writers.every((writer) => writer.isDrained)) return idleOn.output;
    this.finishing = 'done';
    this.parts.listener.finished();
    return done;
  }
}
