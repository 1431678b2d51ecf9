import { id, type JobId } from '../../base/ids';
import type { JobEvent } from '../../base/jobEvents';
import type { CheckpointingStatistics, CheckpointStatistics } from '../../rest/answers/checkpoints';
import type { JobDetails as JobRow } from '../../rest/answers/jobs';

type Without<T> = T extends unknown ? Omit<T, 'seq' | 'atMs'> : never;
/** An event to be. */
export type Change = Without<JobEvent>;

/** What one look at a cluster saw. */
export interface Look {
  readonly rows: readonly JobRow[];
  readonly checkpoints: ReadonlyMap<JobId, CheckpointingStatistics>;
  /** TaskManagers and slots; compared as text. */
  readonly taskManagers: string;
}

/** What has changed between two looks; at the first one, everything. */
export function changesBetween(before: Look | undefined, now: Look): readonly Change[] {
  if (before === undefined) return [{ e: 'jobs' }, { e: 'taskManagers' }];
  const known = new Map(before.rows.map((row) => [row.jid, row]));
  const same = now.rows.length === before.rows.length && now.rows.every(({ jid }) => known.has(jid));
  return [
    ...(same ? [] : [{ e: 'jobs' } as const]),
    ...now.rows.flatMap((row) => changesOfJob(known.get(row.jid), row)),
    ...[...now.checkpoints].flatMap(([job, statistics]) =>
      changesOfCheckpoints(job, before.checkpoints.get(job), statistics),
    ),
    ...(before.taskManagers === now.taskManagers ? [] : [{ e: 'taskManagers' } as const]),
  ];
}

function changesOfJob(before: JobRow | undefined, now: JobRow): readonly Change[] {
  const job = id<JobId>(now.jid);
  if (before?.state !== now.state)
    return [
      { e: 'job', job, status: now.state },
      { e: 'tasks', job },
    ];
  const moved = Object.entries(now.tasks).some(([state, count]) => before.tasks[state] !== count);
  return moved ? [{ e: 'tasks', job }] : [];
}

function changesOfCheckpoints(
  job: JobId,
  before: CheckpointingStatistics | undefined,
  now: CheckpointingStatistics,
): readonly Change[] {
  if (before === undefined) return [];
  const known = new Map(before.history.map((one) => [one.id, one]));
  const changed = now.history.filter((one) => !isSame(known.get(one.id), one)).sort((a, b) => a.id - b.id);
  const events = changed.map((one): Change => {
    const { id: checkpoint, status, is_savepoint: savepoint } = one;
    const { num_acknowledged_subtasks: acknowledged, num_subtasks: of } = one;
    return { e: 'checkpoint', job, checkpoint, status, savepoint, acknowledged, of };
  });
  // A restore is told by nothing else when the job was RUNNING again before it was looked at.
  return before.counts.restored === now.counts.restored ? events : [...events, { e: 'tasks', job }];
}

function isSame(before: CheckpointStatistics | undefined, now: CheckpointStatistics): boolean {
  return before?.status === now.status && before.num_acknowledged_subtasks === now.num_acknowledged_subtasks;
}
