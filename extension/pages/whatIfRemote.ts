import { errorData, externalError, userError } from '../../runtime/base/errors';
import type { FailureCause } from '../../runtime/base/events';
import type { Fault } from '../../runtime/base/faults';
import type { FaultId, JobId } from '../../runtime/base/ids';
import type { Cluster } from '../../runtime/cluster/cluster';
import type { OperatorInfo, RecoveryDetails, RecoveryInfo } from '../../runtime/cluster/model';
import { countText } from '../../runtime/base/figures';
import { restoredStates } from '../../runtime/rest/recovery/restoredStates';
import type { Followed, RecoveryRef } from './followed';

/** How long one stage may take: a killed TaskManager has to come back, states have to be read. */
const stageLimitMs = 60_000;

/** True when the failure of a recovery can be caused once more: a TaskManager that comes back with its id, or a task. */
export function isRepeatable(cause: FailureCause): boolean {
  return cause.k === 'task' || (cause.k === 'taskManager' && cause.how !== 'lost');
}

/**
 * Causes the failure of a recovery once more and takes away the local copies that it used, so that everything comes from remote storage.
 * Resolves to the recovery that followed. The copies are lost while the new recovery is held before its first step: no checkpoint can
 * make new ones meanwhile, and time in which a recovery is held does not count. `progress` is told each stage. Nothing stays held.
 */
export async function whatIfRemote(
  cluster: Cluster,
  followed: Followed,
  ref: RecoveryRef,
  progress: (text: string) => void,
): Promise<RecoveryInfo> {
  const { job } = ref;
  const [details, operators, all] = await Promise.all([
    cluster.get('recovery', ref),
    cluster.get('operators', { job }),
    cluster.get('recoveries', { job }, { limit: 1_000 }),
  ]);
  const newest = Math.max(...all.items.map(({ recovery }) => recovery));
  const failure = failureOf(job, details.cause, operators);
  const until = <T>(what: string, check: () => Promise<T | undefined>): Promise<T> => eventually(followed, what, check);
  try {
    progress('Causing the failure once more…');
    await cluster.run('holdNextRecovery', { job, hold: true });
    await cluster.run('inject', { fault: failure });
    const repeated = await until('the failure was seen', async () => {
      const { holds } = await cluster.get('job', { job });
      return holds.find(({ event }) => event.scope.recovery > newest)?.event.scope.recovery;
    });
    const copies = copiesUsed(job, details);
    progress(`Losing ${countText(copies.length, 'local copy', 'local copies')}…`);
    await loseAll(cluster, copies, until);
    progress('Recovering from remote storage…');
    await cluster.run('resume', { job, how: 'go' });
    return await until('the job recovered', async () => {
      const { items } = await cluster.get('recoveries', { job }, { limit: 1_000 });
      const info = items.find(({ recovery }) => recovery === repeated);
      return info?.status === 'done' || info?.status === 'given up' ? info : undefined;
    });
  } catch (error) {
    await letGo(cluster, job);
    throw error;
  }
}

/** The same failure as a fault on demand. */
function failureOf(job: JobId, cause: FailureCause, operators: readonly OperatorInfo[]): Fault {
  if (cause.k === 'taskManager') return { k: 'killTaskManager', taskManager: cause.taskManager, lose: false };
  const operator = cause.k === 'task' ? operators.find(({ vertex }) => vertex === cause.task.vertex)?.id : undefined;
  if (cause.k !== 'task' || operator === undefined)
    throw userError('recovery.not-repeatable', 'This failure cannot be caused once more.', '');
  const { subtask } = cause.task;
  return { k: 'throwInTask', job, operator, subtask, message: 'what if remote?', when: { at: 'now' } };
}

/** A fault for each keyed state that had something to restore. */
function copiesUsed(job: JobId, { events }: RecoveryDetails): readonly Fault[] {
  return restoredStates(events).flatMap(({ state, of, scope }) =>
    state === 'keyed' && of > 0 && scope.operator !== undefined
      ? [{ k: 'localCopy' as const, how: 'lose' as const, job, operator: scope.operator, subtask: scope.subtask }]
      : [],
  );
}

type Until = <T>(what: string, check: () => Promise<T | undefined>) => Promise<T>;

/** A copy can be lost once its TaskManager is back; it is lost when the TaskManager says so. */
async function loseAll(cluster: Cluster, copies: readonly Fault[], until: Until): Promise<void> {
  const lost: FaultId[] = [];
  await until('its TaskManager came back', async () => {
    try {
      for (const fault of copies.slice(lost.length)) lost.push((await cluster.run('inject', { fault })).fault);
      return true;
    } catch (error) {
      if (errorData(error).code !== 'fault.no-target') throw error;
      return undefined;
    }
  });
  await until('the local copies were lost', async () => {
    const faults = await cluster.get('faults', {});
    return faults.some(({ id, state }) => lost.includes(id) && state === 'armed') ? undefined : true;
  });
}

async function letGo(cluster: Cluster, job: JobId): Promise<void> {
  await cluster.run('holdNextRecovery', { job, hold: false }).catch(() => undefined);
  await cluster.run('resume', { job, how: 'go' }).catch(() => undefined);
}

/** Checks now and after whatever happens, until there is an answer. Rejects with `recovery.no-answer` after a minute. */
function eventually<T>(followed: Followed, what: string, check: () => Promise<T | undefined>): Promise<T> {
  return new Promise((resolve, reject) => {
    let checking = false;
    let again = false;
    const end = (then: () => void): void => {
      clearTimeout(limit);
      for (const listening of [onEvent, onChange]) listening.dispose();
      then();
    };
    const look = (): void => {
      again = checking;
      if (checking) return;
      checking = true;
      check().then(
        (found) => {
          checking = false;
          if (found !== undefined) end(() => resolve(found));
          else if (again) look();
        },
        (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
      );
    };
    const onEvent = followed.event.on(look);
    const onChange = followed.changed.on(look);
    const limit = setTimeout(() => {
      const advice = 'The job runs on; the Jobs view shows how.';
      end(() => reject(externalError('recovery.no-answer', `It took more than a minute until ${what}.`, advice)));
    }, stageLimitMs);
    look();
  });
}
