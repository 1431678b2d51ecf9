import type { Fault } from '../base/faults';
import type { BreakpointId, FaultId, HoldId, JobId } from '../base/ids';
import type { ResumeHow } from '../base/stepping';

/** One thread of a job for a debugger: the JobManager, or one subtask attempt. */
export interface ThreadRef {
  /** Stable for one attempt: `jobmanager`, or the attempt key. */
  readonly key: string;
  /** `delay-by-airport 2/2 · attempt 3`. */
  readonly name: string;
  readonly status: string;
  /** Set while a step of this thread is held. */
  readonly hold?: HoldId;
}

export interface Breakpoint {
  readonly id: BreakpointId;
  /** The only kind so far: hold the next recovery of the job before its first step. */
  readonly at: { readonly k: 'recovery' };
}

export type Armed = { readonly verified: true } | { readonly verified: false; readonly why: string };

/** One frame of a held thread, top first. */
export interface FrameInfo {
  readonly name: string;
  readonly subtle: boolean;
}

/** What a scope is about; the children of a variable are asked for by its `path`. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** Present when it has children. */
  readonly path?: readonly string[];
}

/**
 * What a debugger needs of an engine, whichever it is: the embedded runtime here, the JVM debug protocol later. One per job.
 * Errors: JobStateError `debug.not-held` when the hold is gone, `job.not-found`.
 */
export interface DebugPort {
  threads(job: JobId): Promise<readonly ThreadRef[]>;
  stack(job: JobId, thread: string): Promise<readonly FrameInfo[]>;
  /** Top-level scopes have an empty `path` parent; a page of children otherwise. */
  read(job: JobId, thread: string, path: readonly string[]): Promise<readonly Variable[]>;
  arm(job: JobId, breakpoint: Breakpoint): Promise<Armed>;
  disarm(job: JobId, breakpoint: BreakpointId): Promise<void>;
  resume(job: JobId, hold: HoldId | undefined, how: ResumeHow): Promise<void>;
  inject(fault: Fault): Promise<FaultId>;
  /** Lets everything run and removes what was armed. */
  detach(job: JobId): Promise<void>;
}
