import type { FaultId, OperatorId } from '../base/ids';
import { JobStateError } from '../base/errors';
import type { RowBatch } from '../wire/batch';
import type { OperatorMetrics } from '../wire/messages';
import type { ChainElement } from './chainElement';
import type { RecordWriter } from './network/recordWriter';
import type { StreamOperator } from './operators/streamOperator';
import { operatorSubject } from './operators/userFailure';

/** An operator with its outputs: operators of the same chain by index, and edges to other tasks. */
export interface ChainLink {
  readonly operator: StreamOperator;
  readonly next: readonly { readonly index: number; readonly tag: string | undefined }[];
  readonly writers: readonly { readonly writer: RecordWriter; readonly tag: string | undefined }[];
}

/** Where the rows of one output of an operator go, or the events of all. */
interface Output {
  readonly next: readonly number[];
  readonly writers: readonly RecordWriter[];
}

/** A failure that waits for a record of one operator. */
export interface ArmedThrow {
  readonly id: FaultId;
  readonly message: string;
  /** 1: the next record. */
  remaining: number;
}

interface Node {
  readonly operator: StreamOperator;
  /** Watermarks and other events go to every reader. */
  readonly all: Output;
  readonly main: Output;
  /** By tag; what an operator emits under a tag that nobody reads is dropped. */
  readonly side: ReadonlyMap<string, Output>;
  /** The one hook in the path of rows: looked at once per batch. */
  armed: ArmedThrow | undefined;
  recordsIn: number;
  recordsOut: number;
  inputWatermarkMs: number | undefined;
  outputWatermarkMs: number | undefined;
}

type Work =
  | {
      readonly w: 'element';
      readonly node: number;
      readonly element: ChainElement;
      /** Of the operator, from 0. */
      readonly input: number;
      readonly prefetched: boolean;
    }
  | { readonly w: 'processingTime'; readonly node: number; readonly nowMs: number }
  | { readonly w: 'throw'; readonly node: number; readonly armed: ArmedThrow };

/** done: nothing is left · output: a consumer or sink has no room · waiting: a backend fetches; `resume` is called. */
export type ChainProgress = 'done' | 'output' | 'waiting';

/** Timers fired before what they emitted goes on. */
const timersAtOnce = 1024;

/**
 * The operators of one task as a list of work: each element is taken through the tree depth first, a batch at a time per operator. The
 * work can stop between any two pieces, and a batch can be cut at any row, because what is left stays on the list.
 */
export class OperatorChain {
  private readonly nodes: readonly Node[];
  private readonly writers: readonly RecordWriter[];
  private readonly work: Work[] = [];
  private waiting = false;

  /**
   * @param links head first
   * @param resume called when a fetch has ended
   * @param fired called when an armed failure throws
   */
  constructor(
    links: readonly ChainLink[],
    private readonly resume: () => void,
    private readonly failed: (error: unknown) => void,
    private readonly fired: (armed: ArmedThrow) => void,
  ) {
    this.nodes = links.map(nodeOf);
    this.writers = this.nodes.flatMap((node) => node.all.writers);
  }

  /** What each operator has counted, head first. */
  metrics(): readonly OperatorMetrics[] {
    return this.nodes.map(metricsOf);
  }

  get isEmpty(): boolean {
    return this.work.length === 0;
  }

  get hasRoom(): boolean {
    for (const writer of this.writers) if (!writer.hasRoom) return false;
    for (const node of this.nodes) if (node.operator.isFull) return false;
    return true;
  }

  /** An element from an input of the task, which is that of its head. */
  enter(element: ChainElement, input = 0): void {
    this.work.push({ w: 'element', node: 0, element, input, prefetched: false });
  }

  /** Elements that the source at the head has read, in their order. */
  enterFromSource(elements: readonly ChainElement[]): void {
    const source = this.nodes[0];
    if (source === undefined) return;
    for (let index = elements.length - 1; index >= 0; index--) {
      const element = elements[index];
      if (element === undefined) continue;
      this.work.push({ w: 'element', node: -1, element, input: 0, prefetched: true });
    }
  }

  /** Fires the processing-time timers that are due, of every operator. */
  enterProcessingTime(nowMs: number): void {
    this.nodes.forEach(({ operator }, node) => {
      const next = operator.nextProcessingTimeMs;
      if (next !== undefined && next <= nowMs) this.work.push({ w: 'processingTime', node, nowMs });
    });
  }

  /** Works until nothing is left or it must stop. Throws what an operator throws. */
  run(): ChainProgress {
    if (this.waiting) return 'waiting';
    for (let work = this.work.at(-1); work !== undefined; work = this.work.at(-1)) {
      if (!this.hasRoom) return 'output';
      this.work.pop();
      this.perform(work);
      if (this.isWaiting()) return 'waiting';
    }
    return 'done';
  }

  /** Throws when the operator is not of this chain. */
  arm(operator: OperatorId, armed: ArmedThrow): void {
    const node = this.nodes.find((each) => each.operator.place.operator.operatorId === operator);
    if (node === undefined) throw new JobStateError('fault.no-operator', `Operator ${operator} is not in this task.`);
    node.armed = armed;
  }

  /** True when it was armed. */
  disarm(id: FaultId): boolean {
    const node = this.nodes.find((each) => each.armed?.id === id);
    if (node === undefined) return false;
    node.armed = undefined;
    return true;
  }

  get armed(): readonly ArmedThrow[] {
    return this.nodes.flatMap((node) => (node.armed === undefined ? [] : [node.armed]));
  }

  private perform(work: Work): void {
    if (work.w === 'element' && work.node === -1) {
      this.fromSource(work.element);
      return;
    }
    const node = this.nodes[work.node];
    if (node === undefined) return;
    switch (work.w) {
      case 'element':
        this.element(work, node);
        return;
      case 'processingTime': {
        const { batch, done } = node.operator.advanceProcessingTime(work.nowMs, timersAtOnce);
        if (!done) this.work.push(work);
        this.emitRows(node, batch);
        return;
      }
      case 'throw':
        this.fired(work.armed);
        throw injected(node.operator, work.armed);
    }
  }

  private element(work: Extract<Work, { w: 'element' }>, node: Node): void {
    const { element } = work;
    switch (element.k) {
      case 'batch':
        if (work.prefetched || !this.fetches(work, node, element.batch)) this.batch(work, node, element.batch);
        return;
      case 'watermark': {
        node.inputWatermarkMs = element.ms;
        const { batch, done } = node.operator.advanceTo(element.ms, timersAtOnce);
        if (!done) this.work.push(work);
        else this.emitLater(node.all, element);
        this.emitRows(node, batch);
        if (!done) return;
        node.outputWatermarkMs = element.ms;
        this.emitToWriters(node.all, element);
        return;
      }
      case 'status':
      case 'end':
        this.emit(node.all, element);
        return;
    }
  }

  /** The rows of a source count as its records. */
  private fromSource(element: ChainElement): void {
    const source = this.nodes[0];
    if (source === undefined) return;
    if (element.k === 'watermark') source.outputWatermarkMs = element.ms;
    if (element.k !== 'batch') this.emit(source.all, element);
    else {
      const { armed } = source;
      this.emitRows(source, armed === undefined ? element.batch : this.cut(0, source, armed, element.batch));
    }
  }

  private batch(work: Extract<Work, { w: 'element' }>, node: Node, batch: RowBatch): void {
    const before = node.armed === undefined ? batch : this.cut(work.node, node, node.armed, batch);
    if (before.length === 0) return;
    node.recordsIn += before.length;
    this.emitRows(node, node.operator.processBatch(before, work.input));
  }

  /** What an operator has returned, and what it has put into its side outputs meanwhile. */
  private emitRows(node: Node, batch: RowBatch | undefined): void {
    if (batch !== undefined && batch.length > 0) {
      node.recordsOut += batch.length;
      this.emit(node.main, { k: 'batch', batch });
    }
    for (const { tag, batch: rows } of node.operator.takeSideOutputs()) {
      node.recordsOut += rows.length;
      const output = node.side.get(tag);
      if (output !== undefined) this.emit(output, { k: 'batch', batch: rows });
    }
  }

  /** The rows before the one that fails; the failure goes on the list behind what they lead to. */
  private cut(index: number, node: Node, armed: ArmedThrow, batch: RowBatch): RowBatch {
    if (armed.remaining > batch.length) {
      armed.remaining -= batch.length;
      return batch;
    }
    node.armed = undefined;
    this.work.push({ w: 'throw', node: index, armed });
    return batch.slice(0, armed.remaining - 1);
  }

  private fetches(work: Extract<Work, { w: 'element' }>, node: Node, batch: RowBatch): boolean {
    const fetched = node.operator.prefetch(batch);
    if (fetched === undefined) return false;
    this.waiting = true;
    this.work.push({ ...work, prefetched: true });
    fetched.then(
      () => {
        this.waiting = false;
        this.resume();
      },
      (error: unknown) => this.failed(error),
    );
    return true;
  }

  /** Whether `perform` has begun to wait. */
  private isWaiting(): boolean {
    return this.waiting;
  }

  private emit(output: Output, element: ChainElement): void {
    this.emitLater(output, element);
    this.emitToWriters(output, element);
  }

  private emitLater({ next }: Output, element: ChainElement): void {
    for (let index = next.length - 1; index >= 0; index--) {
      const node = next[index];
      if (node !== undefined) this.work.push({ w: 'element', node, element, input: 0, prefetched: false });
    }
  }

  private emitToWriters({ writers }: Output, element: ChainElement): void {
    for (const writer of writers) {
      if (element.k === 'batch') writer.write(element.batch);
      else writer.event(element);
    }
  }
}

function nodeOf({ operator, next, writers }: ChainLink): Node {
  const output = (wanted: (tag: string | undefined) => boolean): Output => ({
    next: next.filter(({ tag }) => wanted(tag)).map(({ index }) => index),
    writers: writers.filter(({ tag }) => wanted(tag)).map(({ writer }) => writer),
  });
  const tags = [...next, ...writers].flatMap(({ tag }) => tag ?? []);
  return {
    operator,
    all: output(() => true),
    main: output((tag) => tag === undefined),
    side: new Map(tags.map((each) => [each, output((tag) => tag === each)])),
    armed: undefined,
    recordsIn: 0,
    recordsOut: 0,
    inputWatermarkMs: undefined,
    outputWatermarkMs: undefined,
  };
}

function metricsOf({ operator, recordsIn, recordsOut, inputWatermarkMs, outputWatermarkMs }: Node): OperatorMetrics {
  const { lateRecordsDropped } = operator;
  return {
    operator: operator.place.operator.operatorId,
    recordsIn,
    recordsOut,
    ...(inputWatermarkMs === undefined ? {} : { inputWatermarkMs }),
    ...(outputWatermarkMs === undefined ? {} : { outputWatermarkMs }),
    ...(lateRecordsDropped === undefined ? {} : { lateRecordsDropped }),
  };
}

function injected(operator: StreamOperator, armed: ArmedThrow): JobStateError {
  return injectedFailure(armed.message, operatorSubject(operator.place));
}

/** The failure that a person asked for. */
export function injectedFailure(message: string, subject: { operator: string; subtask: number }): JobStateError {
  return new JobStateError('fault.injected', message, { domain: 'user', retry: 'backoff', subject });
}
