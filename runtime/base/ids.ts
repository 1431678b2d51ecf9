/** Branded identifiers: a string or number that says what it names, so that the compiler refuses to mix them up. */

declare const brand: unique symbol;
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** 32 hex digits; Flink's `JobID`. */
export type JobId = Branded<string, 'JobId'>;
/** 32 hex digits; Flink's `JobVertexID`, equal to the operator id of the head of the chain. */
export type VertexId = Branded<string, 'VertexId'>;
/** 32 hex digits; Flink's `OperatorID`: the hash of the uid, or generated from the topology. */
export type OperatorId = Branded<string, 'OperatorId'>;
/** 32 hex digits; Flink's `AllocationID`, the identity of a slot as long as it belongs to a job. */
export type AllocationId = Branded<string, 'AllocationId'>;
/** 32 hex digits; names one asynchronous request of the REST API. */
export type TriggerId = Branded<string, 'TriggerId'>;
/** Free text such as `tm-1`; Flink's resource id. It survives a respawn of the process. */
export type TaskManagerId = Branded<string, 'TaskManagerId'>;
/** Positive and growing within a job, also across restarts of the runtime; a safe integer. */
export type CheckpointId = Branded<number, 'CheckpointId'>;
/** One life of a runtime process tree; sequence numbers count within it. */
export type RunId = Branded<string, 'RunId'>;
/** Position of an event in the log of one run, from 1. */
export type Seq = Branded<number, 'Seq'>;
/** One held recovery step. */
export type HoldId = Branded<string, 'HoldId'>;
/** One state handle of a snapshot: its `StateHandleID` or, where the format has none, its position. */
export type HandleId = Branded<string, 'HandleId'>;
/** One armed failure. */
export type FaultId = Branded<string, 'FaultId'>;
export type BreakpointId = Branded<string, 'BreakpointId'>;

const hex32 = /^[0-9a-f]{32}$/;

/** True when `text` has the form of a Flink id: 32 lower-case hex digits. */
export function isHexId(text: string): boolean {
  return hex32.test(text);
}

/**
 * Gives a string or number its brand. Only for values whose origin vouches for them (a format, our own counter);
 * text from outside goes through {@link isHexId} or a schema first.
 */
export function id<T extends Branded<string, string> | Branded<number, string>>(
  value: T extends number ? number : string,
): T {
  return value as unknown as T;
}

/** One attempt to run one subtask: the unit of fencing. Everything that a task sends carries it. */
export interface AttemptRef {
  readonly job: JobId;
  readonly vertex: VertexId;
  /** Subtask index, from 0. */
  readonly subtask: number;
  /** Attempt number, from 0; grows with every restart of the subtask. */
  readonly attempt: number;
}

/** A text form of an attempt that is unique within a runtime and usable as a map key. */
export function attemptKey(ref: AttemptRef): string {
  return `${ref.job}_${ref.vertex}_${ref.subtask}_${ref.attempt}`;
}

export function sameAttempt(a: AttemptRef, b: AttemptRef): boolean {
  return a.attempt === b.attempt && a.subtask === b.subtask && a.vertex === b.vertex && a.job === b.job;
}
