import { id, type JobId } from '../../runtime/base/ids';
import type { JobTimeline, TimelineEntry } from '../../webview/messages';

const startMs = Date.UTC(2026, 0, 2, 10, 0, 0);

function checkpoint(
  number: number,
  seconds: number,
  more: Partial<Extract<TimelineEntry, { k: 'checkpoint' }>>,
): TimelineEntry {
  const base = { durationMs: 40, sizeBytes: 10_000, savepoint: false };
  return { k: 'checkpoint', id: number, atMs: startMs + seconds * 1_000, ...base, ...more };
}

/** Half a minute of a job: checkpoints, a savepoint, a failure with its recovery, and a checkpoint that failed. */
export const life: JobTimeline = {
  job: id<JobId>('a'.repeat(32)),
  name: 'flights',
  startMs,
  entries: [
    checkpoint(1, 5, {}),
    checkpoint(2, 10, { durationMs: 80, sizeBytes: 20_000 }),
    checkpoint(3, 12, { durationMs: 60, sizeBytes: 20_000, savepoint: true }),
    {
      k: 'recovery',
      id: 1,
      atMs: startMs + 14_000,
      endMs: startMs + 14_641,
      tookMs: 641,
      cause: 'tm-2 killed by you',
      localBytes: 16_000,
      remoteBytes: 18_000,
    },
    checkpoint(4, 20, { failure: '1 of 4 subtasks declined' }),
    checkpoint(5, 25, { sizeBytes: 40_000 }),
  ],
};
