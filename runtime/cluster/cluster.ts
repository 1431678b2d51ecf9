/**
 * The one set of verbs and questions of the product (docs/architecture.md): palette, tree, debugger, CLI and tests are thin callers of
 * it. One implementation per engine. What an engine cannot do it says (`can`), with a reason; then the command is absent.
 */
import type { ArmedFault, Fault } from '../base/faults';
import type { FaultId, HoldId, JobId, OperatorId, TriggerId } from '../base/ids';
import type { ResumeHow } from '../base/stepping';
import type { DebugPort } from './debugPort';
import type { JobEvent } from './jobEvents';
import type { Paged } from '../rest/debug/answers';
import type * as m from './model';

export type Capability =
  | 'submit'
  | 'cancel'
  | 'stopWithSavepoint'
  | 'triggerSavepoint'
  | 'triggerCheckpoint'
  | 'disposeSavepoint'
  | 'liveState'
  | 'injectFault'
  | 'holdRecovery';

export type ReasonCode =
  | 'engine-has-no-such-thing'
  | 'job-is-not-running'
  | 'job-has-ended'
  | 'checkpointing-is-off'
  | 'engine-is-away'
  | 'untrusted-folder';
export type Can = { readonly ok: true } | { readonly ok: false; readonly why: ReasonCode };

/** A window into a list; `after` is the opaque `next` of the page before. */
export interface Page {
  readonly after?: string;
  readonly limit: number;
}

export type { Paged };

/** Questions, by name, with their parameters and answers. */
export interface Queries {
  readonly overview: { readonly q: object; readonly a: m.ClusterOverview };
  readonly jobs: { readonly q: object; readonly a: readonly m.JobSummary[] };
  readonly job: { readonly q: { readonly job: JobId }; readonly a: m.JobDetails };
  readonly operators: { readonly q: { readonly job: JobId }; readonly a: readonly m.OperatorInfo[] };
  readonly stateEntries: {
    readonly q: { readonly job: JobId; readonly operator: OperatorId; readonly state: string };
    readonly a: Paged<m.StateEntryInfo>;
  };
  readonly stateLookup: {
    readonly q: { readonly job: JobId; readonly operator: OperatorId; readonly state: string; readonly key: string };
    readonly a: m.StateEntryInfo | undefined;
  };
  readonly checkpoints: {
    readonly q: { readonly job: JobId; readonly savepoints: boolean };
    readonly a: Paged<m.CheckpointInfo>;
  };
  readonly checkpoint: {
    readonly q: { readonly job: JobId; readonly checkpoint: number };
    readonly a: m.CheckpointDetails;
  };
  readonly recoveries: { readonly q: { readonly job: JobId }; readonly a: Paged<m.RecoveryInfo> };
  readonly recovery: { readonly q: { readonly job: JobId; readonly recovery: number }; readonly a: m.RecoveryDetails };
  readonly taskManagers: { readonly q: object; readonly a: readonly m.TaskManagerInfo[] };
  readonly faults: { readonly q: { readonly job?: JobId }; readonly a: readonly ArmedFault[] };
}
export type QueryName = keyof Queries;

/** Changes, by name, with their parameters and outcomes. A rejected promise is a JobStateError. */
export interface Verbs {
  readonly submit: { readonly v: m.Submission; readonly o: { readonly job: JobId } };
  readonly cancel: { readonly v: { readonly job: JobId }; readonly o: object };
  readonly stopWithSavepoint: {
    readonly v: { readonly job: JobId; readonly directory?: string };
    readonly o: m.SavepointResult;
  };
  readonly triggerSavepoint: {
    readonly v: { readonly job: JobId; readonly directory?: string };
    readonly o: m.SavepointResult;
  };
  readonly triggerCheckpoint: { readonly v: { readonly job: JobId }; readonly o: { readonly checkpoint: number } };
  /** Deletes the files of a savepoint, wherever the engine keeps it. */
  readonly disposeSavepoint: { readonly v: { readonly path: string }; readonly o: object };
  readonly inject: { readonly v: { readonly fault: Fault }; readonly o: { readonly fault: FaultId } };
  readonly disarm: { readonly v: { readonly fault: FaultId }; readonly o: object };
  readonly holdNextRecovery: { readonly v: { readonly job: JobId; readonly hold: boolean }; readonly o: object };
  readonly resume: {
    readonly v: { readonly job: JobId; readonly hold?: HoldId; readonly how: ResumeHow };
    readonly o: object;
  };
}
export type VerbName = keyof Verbs;

export interface RunOptions {
  /** Names an asynchronous request, so that asking again does not start it twice. */
  readonly triggerId?: TriggerId;
  /** Ends the waiting; a savepoint that still completes is shown all the same. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

/** How an engine answers each question. */
export type QueryHandlers = {
  readonly [N in QueryName]: (
    query: Queries[N]['q'],
    page: Page | undefined,
    signal: AbortSignal | undefined,
  ) => Promise<Queries[N]['a']>;
};

/** How an engine does each verb. */
export type VerbHandlers = {
  readonly [N in VerbName]: (verb: Verbs[N]['v'], options: RunOptions) => Promise<Verbs[N]['o']>;
};

export interface Cluster {
  /** The base address, for people. */
  readonly url: string;
  readonly engine: 'embedded' | 'flink';
  can(capability: Capability, job?: JobId): Can;
  get<N extends QueryName>(
    name: N,
    query: Queries[N]['q'],
    page?: Page,
    signal?: AbortSignal,
  ): Promise<Queries[N]['a']>;
  run<N extends VerbName>(name: N, verb: Verbs[N]['v'], options?: RunOptions): Promise<Verbs[N]['o']>;
  /** Follows the cluster until the signal; ends with an error when the cluster is gone. */
  events(after: number, signal: AbortSignal): AsyncIterable<JobEvent>;
  readonly debug?: DebugPort;
  dispose(): void;
}
