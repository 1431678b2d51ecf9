import type { JobId } from '../../runtime/base/ids';
import type { CheckpointInfo, JobSummary, RecoveryInfo } from '../../runtime/cluster/model';
import { causeText } from '../../runtime/rest/recovery/recoveryText';
import type { JobTimeline, TimelineEntry } from '../../webview/messages';

/** What is kept at most; the oldest goes first. */
const maxJobs = 20;
const maxEntries = 2_000;

/** What the engine says of one job, as far as a timeline shows it. */
export interface JobFacts {
  readonly job: JobSummary;
  readonly checkpoints: readonly CheckpointInfo[];
  readonly recoveries: readonly RecoveryInfo[];
}

/** The timelines with what the engine says of one job now. What the engine has forgotten stays. Pure. */
export function withFacts(timelines: readonly JobTimeline[], facts: JobFacts): readonly JobTimeline[] {
  const { job } = facts;
  const before = timelines.find((timeline) => timeline.job === job.id);
  const entries = new Map(before?.entries.map((entry) => [keyOf(entry), entry]));
  for (const entry of [...facts.checkpoints.flatMap(checkpointEntry), ...facts.recoveries.flatMap(recoveryEntry)])
    entries.set(keyOf(entry), entry);
  const timeline: JobTimeline = {
    job: job.id,
    name: job.name,
    startMs: job.startMs,
    ...(job.endMs === undefined ? {} : { endMs: job.endMs }),
    entries: [...entries.values()].sort((one, other) => one.atMs - other.atMs).slice(-maxEntries),
  };
  const others = timelines.filter((each) => each.job !== job.id);
  return [...others, timeline].sort((one, other) => one.startMs - other.startMs).slice(-maxJobs);
}

export const timelineOf = (timelines: readonly JobTimeline[], job: JobId): JobTimeline | undefined =>
  timelines.find((timeline) => timeline.job === job);

const keyOf = (entry: TimelineEntry): string =>
  `${entry.k} ${entry.id} ${entry.k === 'checkpoint' && entry.savepoint ? 'savepoint' : ''}`;

/** A checkpoint is on the axis once it is over. */
function checkpointEntry(info: CheckpointInfo): readonly TimelineEntry[] {
  const { id, savepoint, triggerMs, durationMs, sizeBytes, failure } = info;
  if (info.status === 'IN_PROGRESS') return [];
  const why = info.status === 'FAILED' ? { failure: failure ?? 'it failed' } : {};
  return [{ k: 'checkpoint', id, savepoint, atMs: triggerMs, durationMs, sizeBytes, ...why }];
}

/** The start of the job is the beginning of the axis, no recovery. */
function recoveryEntry(info: RecoveryInfo): readonly TimelineEntry[] {
  const { recovery, cause, startMs, endMs, tookMs, localBytes, remoteBytes } = info;
  if (recovery === 0) return [];
  return [
    {
      k: 'recovery',
      id: recovery,
      atMs: startMs,
      ...(endMs === undefined ? {} : { endMs }),
      ...(tookMs === undefined ? {} : { tookMs }),
      cause: causeText(cause),
      localBytes,
      remoteBytes,
    },
  ];
}
