import type { JobSummary, OperatorInfo, StateEntryInfo } from '../cluster/model';
import type { Cluster } from '../cluster/cluster';
import { checkState, operatorOf } from './engine';
import { keyJson } from './keys';

/** A state of a running job, as it was named. */
export interface LiveState {
  readonly cluster: Cluster;
  readonly job: JobSummary;
  readonly operator: OperatorInfo;
  readonly state: string;
}

/** Rejects with `operator.not-found` or `state.not-found`, and what there is instead. */
export async function liveState(cluster: Cluster, job: JobSummary, wanted: string, state: string): Promise<LiveState> {
  const operator = await operatorOf(cluster, job, wanted);
  checkState(operator, state);
  return { cluster, job, operator, state };
}

/** The entry of a key as it is typed: one, or none. */
export async function liveEntry(
  { cluster, job, operator, state }: LiveState,
  key: string,
): Promise<readonly StateEntryInfo[]> {
  const question = { job: job.id, operator: operator.id, state, key: keyJson(key, operator.keyType) };
  const entry = await cluster.get('stateLookup', question);
  return entry === undefined ? [] : [entry];
}
