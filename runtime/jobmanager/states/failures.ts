/** What a failure does in each phase: it starts a recovery, joins the one that is dealing with another failure, or replaces it. */
import type { ErrorData } from '../../base/errors';
import type { FailureCause } from '../../base/events';
import type { Effect } from './effects';
import type { Decision } from './decision';
import { isRecoverable } from './recoverable';
import { restartAfter, type Moment } from './restartBackoff';
import { isStage, type JobFacts, type JobState } from './jobState';
import { allTasks, cancelTasks, haveEnded, regionOfTasks } from './tasks';

/** In words and as an error, for the history of exceptions and for what waited for the job. */
export function failureError(cause: FailureCause): ErrorData {
  switch (cause.k) {
    case 'task':
    case 'job':
      return cause.error;
    case 'taskManager':
      return {
        code: 'taskmanager.gone',
        message: `TaskManager ${cause.taskManager} ${cause.how === 'ended' ? 'ended' : 'was killed'}: ${cause.exit}.`,
        domain: 'external',
        retry: 'backoff',
        subject: {},
        advice: cause.injected ? '' : 'Look at its last log lines.',
      };
    case 'start':
      return {
        code: 'job.start',
        message: 'The job starts.',
        domain: 'internal',
        retry: 'never',
        subject: {},
        advice: '',
      };
  }
}

/**
 * A failure joins the recovery under way as long as its tasks are not being restarted and are all of its region: one kill is often
 * seen as several failures. Later it gives that recovery up and starts another one.
 */
export function joinsRecovery(state: JobState, failed: readonly number[], cause: FailureCause): boolean {
  if (cause.k === 'job') return state.phase === 'failureSeen';
  switch (state.phase) {
    case 'failureSeen':
      return true;
    case 'regionChosen':
    case 'tasksCancelled':
      return failed.every((index) => state.region.includes(index));
    default:
      return false;
  }
}

/** The failure as one more of the recovery under way. */
export function joinRecovery(state: JobState, failed: readonly number[], cause: FailureCause): Decision {
  const effects: Effect[] = [{ f: 'recordFailure', cause, concurrent: true }];
  if (state.phase !== 'failureSeen') return { state, effects };
  const region = union(state.region, restarting(state, failed, cause));
  return { state: { ...state, region }, effects };
}

/**
 * A new recovery, or the end of the job when the restart strategy allows no more or no restart can help. A job whose tasks have begun to finish restarts as a
 * whole: the snapshot that a part of it would start from is that of the whole.
 */
export function beginRecovery(
  state: JobState,
  failed: readonly number[],
  cause: FailureCause,
  moment: Moment,
): Decision<'failureSeen' | 'failing' | 'failed'> {
  const error = failureError(cause);
  const effects: Effect[] = [{ f: 'recordFailure', cause, concurrent: false }, ...giveUp(state, error.message)];
  effects.push({ f: 'stopCheckpoints', reason: 'job-failed', cause: error });
  if (!isRecoverable(cause)) return failJob(state, error, effects);
  const decision = restartAfter(state.restartStrategy, state.backoff, moment);
  if (decision.restart === undefined) return failJob(state, suppressed(error, decision.why), effects);
  const recovery = state.recovery + 1;
  const region = union(isStage(state) ? state.region : [], restarting(state, failed, cause));
  effects.push(
    { f: 'beginRecovery', recovery, cause },
    { f: 'enterStep', recovery, step: { k: 'failureSeen', cause } },
  );
  return {
    state: {
      ...factsOf(state),
      recovery,
      backoff: decision.backoff,
      restart: decision.restart,
      phase: 'failureSeen',
      cause,
      region,
      entered: false,
    },
    effects,
  };
}

/** The tasks that a failure lets restart. */
function restarting(state: JobState, failed: readonly number[], cause: FailureCause): readonly number[] {
  const all = cause.k === 'job' || state.failoverStrategy === 'full' || state.phase === 'finishing';
  return all ? allTasks(state) : regionOfTasks(state, failed);
}

/** The failure that ends the job, with the reason why it is not the cause of one more restart. */
function suppressed(error: ErrorData, why: string): ErrorData {
  return { ...error, advice: error.advice === '' ? why : `${error.advice} ${why}` };
}

/** Cancels what runs; the job is FAILED when all tasks have ended. */
function failJob(state: JobState, error: ErrorData, effects: Effect[]): Decision<'failing' | 'failed'> {
  const cancelled = cancelTasks(state, allTasks(state));
  const failing = { ...factsOf(cancelled.state), phase: 'failing' as const, error };
  return ending(failing, { ...failing, phase: 'failed' }, 'FAILED', [...effects, ...cancelled.effects]);
}

/** The user cancels the job, whatever it does. */
export function cancelJob(state: JobState): Decision<'cancelling' | 'canceled'> {
  const cancelled = cancelTasks(state, allTasks(state));
  const effects: Effect[] = [
    ...giveUp(state, 'the job was cancelled'),
    { f: 'stopCheckpoints', reason: 'cancelled' },
    ...cancelled.effects,
  ];
  const cancelling = { ...factsOf(cancelled.state), phase: 'cancelling' as const };
  return ending(cancelling, { ...cancelling, phase: 'canceled' }, 'CANCELED', effects);
}

/** Where a job goes whose tasks are cancelled: to its end at once when none runs, else it waits for them. */
function ending<Waiting extends JobState, Ended extends JobState>(
  waiting: Waiting,
  ended: Ended,
  status: 'FAILED' | 'CANCELED',
  effects: readonly Effect[],
): { readonly state: Waiting | Ended; readonly effects: readonly Effect[] } {
  if (!haveEnded(waiting, allTasks(waiting))) return { state: waiting, effects };
  return { state: ended, effects: [...effects, { f: 'jobOver', status }] };
}

function giveUp(state: JobState, why: string): Effect[] {
  return isStage(state) ? [{ f: 'giveUpRecovery', recovery: state.recovery, why }] : [];
}

/** The state without what belongs to its phase. */
export function factsOf(state: JobState): JobFacts {
  return {
    job: state.job,
    tasks: state.tasks,
    regionOf: state.regionOf,
    failoverStrategy: state.failoverStrategy,
    restartStrategy: state.restartStrategy,
    checkpointing: state.checkpointing,
    recovery: state.recovery,
    backoff: state.backoff,
    latest: state.latest,
    latestIsOrigin: state.latestIsOrigin,
  };
}

function union(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}
