import type { ShipStrategy } from './distribution';
import type { ExecutionConfig } from './executionConfig';

/** A place in the author's source, 1-based; `file` is an absolute path. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Flink's `ChainingStrategy`: whether an operator may be chained to its input (and, NEVER, to its outputs). */
export type ChainingStrategy = 'ALWAYS' | 'HEAD' | 'NEVER';

export type OperatorKind =
  | 'source'
  | 'map'
  | 'filter'
  | 'flatMap'
  | 'process'
  | 'keyedProcess'
  | 'reduce'
  | 'window'
  | 'coMap'
  | 'coFlatMap'
  | 'coProcess'
  | 'broadcastProcess'
  | 'sink';

/**
 * One operator as its author wrote it; Flink's `StreamNode`. `Operator` carries the user functions and is opaque here:
 * its shape is `OperatorSpec` of runtime/api/.
 */
export interface StreamNode<Operator = unknown> {
  /** Counts up in the order in which the operators were made, hence higher than those of its inputs; Flink's transformation id. */
  readonly nodeId: number;
  readonly kind: OperatorKind;
  /** As shown, with Flink's decoration: `Source: flights`, `results: Writer`. */
  readonly name: string;
  /** What it does, for plans; absent: the name says it. */
  readonly description?: string;
  readonly uid?: string;
  /** Absent: the parallelism of the job. */
  readonly parallelism?: number;
  /** Absent: that of the job, else derived from the parallelism of the vertex. */
  readonly maxParallelism?: number;
  readonly chainingStrategy: ChainingStrategy;
  /** Where `uid()` was called, else where the operator was made; the API always tells, graphs made otherwise need not. */
  readonly location?: SourceLocation;
  readonly operator: Operator;
}

/** What the author asks for; default: forward between equal parallelisms, else rebalance. */
export type StreamPartitioner = 'default' | ShipStrategy;

export interface StreamEdge {
  /** Node ids. */
  readonly from: number;
  readonly to: number;
  readonly partitioner: StreamPartitioner;
  /** Which of the target's inputs, from 0; absent: it has one. Several edges may make one input; Flink's `typeNumber`. */
  readonly input?: number;
  /** The side output of `from` that it reads; absent: its main output. */
  readonly outputTag?: string;
}

/** A job as its author wrote it, as plain data and user functions; Flink's `StreamGraph`. */
export interface StreamGraph<Operator = unknown> {
  readonly jobName: string;
  /** In the order of their ids. */
  readonly nodes: readonly StreamNode<Operator>[];
  /** In the order in which they were made: the order of the inputs and outputs of a node. */
  readonly edges: readonly StreamEdge[];
  /** What the job itself asks for; a run may override it. */
  readonly config: ExecutionConfig;
  /** Where `execute()` was called. */
  readonly location?: SourceLocation;
}

/** `/jobs/job.ts:12`. */
export function locationText(location: SourceLocation): string {
  return `${location.file}:${location.line}`;
}

/** `'Map' at /jobs/job.ts:12`. */
export function nodeText(node: StreamNode): string {
  return node.location === undefined ? `'${node.name}'` : `'${node.name}' at ${locationText(node.location)}`;
}
