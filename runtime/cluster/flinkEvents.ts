import { id, type JobId } from '../base/ids';
import type { JobEvent } from '../base/jobEvents';
import { pause } from './eventually';
import { changesBetween, type Change, type Look } from './flink/changes';
import { isLive } from './flink/jobs';
import { recoveriesOf, recoveryDetails } from './flink/recoveries';
import type { FlinkAnswers } from './flinkAnswers';

/** Jobs beyond these are followed by their status alone: every other one costs a request with each look. */
const followedClosely = 20;
/** Flink's cache (`web.refresh-interval`) tells of a change up to 3 s after it; so long the job is told of again with each look. */
const settlingMs = 4_000;

/**
 * Flink has no event stream: the cluster is looked at again and again, as long as somebody waits for the next event, and what has changed
 * is told. Ends with the error of a look that failed.
 */
export async function* flinkEvents(
  answers: FlinkAnswers,
  after: number,
  everyMs: number,
  signal: AbortSignal,
): AsyncIterableIterator<JobEvent> {
  let seq = after;
  let before: Look | undefined;
  const settling = new Map<JobId, number>();
  while (!signal.aborted) {
    const now = await look(answers);
    const nowMs = Date.now();
    const changes = [...changesBetween(before, now)];
    for (const change of changes) if (change.e === 'tasks') settling.set(change.job, nowMs + settlingMs);
    for (const [job, untilMs] of settling) {
      if (untilMs < nowMs) settling.delete(job);
      else changes.push(...(await settled(answers, now, job)));
    }
    for (const row of now.rows) if (row.state === 'RUNNING') changes.push({ e: 'metrics', job: id<JobId>(row.jid) });
    before = now;
    for (const change of changes) yield { ...change, seq: ++seq, atMs: nowMs };
    await pause(everyMs, signal);
  }
}

async function look(answers: FlinkAnswers): Promise<Look> {
  const [rows, overview] = await Promise.all([answers.rows(), answers.overview()]);
  const followed = rows.filter(isLive).slice(-followedClosely);
  const checkpoints = await Promise.all(
    followed.map(async ({ jid }) => [id<JobId>(jid), await answers.checkpoints(id<JobId>(jid))] as const),
  );
  const { taskmanagers, 'slots-total': slots, 'slots-available': free } = overview;
  return { rows, checkpoints: new Map(checkpoints), taskManagers: `${taskmanagers} ${slots} ${free}` };
}

/** What the cache may tell by now of a job that changed a moment ago: its tasks, and how its newest recovery stands. */
async function settled(answers: FlinkAnswers, { rows }: Look, job: JobId): Promise<readonly Change[]> {
  const row = rows.find(({ jid }) => jid === job);
  if (row === undefined) return [];
  const [info, exceptions, checkpoints] = await Promise.all([
    answers.job(job),
    answers.exceptions(job),
    answers.checkpoints(job),
  ]);
  const asked = { job, status: row.state, info, exceptions, checkpoints };
  const [newest] = recoveriesOf(asked);
  const event = newest === undefined ? undefined : recoveryDetails(asked, newest, []).events.at(-1);
  return [{ e: 'tasks', job }, ...(event === undefined ? [] : [{ e: 'recovery', job, event } as const])];
}
