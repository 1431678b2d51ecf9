import type { OperatorId, VertexId } from '../base/ids';
import type { ShipStrategy } from './distribution';
import type { OperatorKind, SourceLocation } from './streamGraph';

/** One operator of a chain. Its user functions are those of the node with this id in the stream graph. */
export interface ChainedOperator {
  readonly nodeId: number;
  readonly operatorId: OperatorId;
  /** Absent: `operatorId` was generated from the topology and changes with it. */
  readonly uid?: string;
  readonly name: string;
  /** What it does, for plans; absent: the name says it. */
  readonly description?: string;
  readonly kind: OperatorKind;
  readonly location?: SourceLocation;
  /** Node ids of the operators of the same chain that this one calls directly, in output order. */
  readonly chainedTo: readonly number[];
  /** The side output of the operator that calls it; absent: its main output, or the input of the task. */
  readonly inputTag?: string;
}

/** A chain of operators that run in one task; Flink's `JobVertex`. */
export interface JobVertex {
  /** Equal to the operator id of the head. */
  readonly id: VertexId;
  /** `Source: flights -> parse -> valid`; several chained outputs in brackets: `a -> (b, c -> d)`. */
  readonly name: string;
  readonly parallelism: number;
  /** Number of key groups. */
  readonly maxParallelism: number;
  /** Head first, depth first in output order. State is restored from the last to the first. */
  readonly operators: readonly ChainedOperator[];
}

/** A stream between two vertices; Flink's `JobEdge`. */
export interface JobEdge {
  readonly from: VertexId;
  /** The operator of the chain whose output this is. */
  readonly fromNodeId: number;
  readonly to: VertexId;
  /** The head of the target. With `hash`, the key is the key of this input. */
  readonly toNodeId: number;
  readonly ship: ShipStrategy;
  /** Which of the target's inputs, from 0; absent: it has one. */
  readonly input?: number;
  /** Absent: the main output of the operator. */
  readonly outputTag?: string;
}

/** What is scheduled; plain data that goes through JSON unchanged. Flink's `JobGraph`. */
export interface JobGraph {
  readonly jobName: string;
  /** Every vertex stands after all of its inputs. */
  readonly vertices: readonly JobVertex[];
  /** In output order of their sources; the order of the edges into one vertex is the order of its inputs. */
  readonly edges: readonly JobEdge[];
}
