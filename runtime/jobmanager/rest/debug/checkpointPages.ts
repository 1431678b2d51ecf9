import { userError } from '../../../base/errors';
import type { CheckpointId } from '../../../base/ids';
import type { CheckpointRecord, CheckpointStatsRecord, CheckpointSummary } from '../../../checkpoint/checkpointRecords';
import { restError } from '../../../rest/errorBody';
import type { Paged } from '../../../rest/debug/answers';
import type { JobRecord } from '../../records';

interface CheckpointQuery {
  /** Only those before the checkpoint of this id. */
  readonly before: number;
  readonly limit: number;
  /** Savepoints alone, or checkpoints alone. */
  readonly savepoints?: boolean;
}

/** A page of all checkpoints that are remembered, newest first; `total` counts those that the filter lets through. */
export function checkpointPage(
  { history, older }: CheckpointStatsRecord,
  { before, limit, savepoints }: CheckpointQuery,
): Paged<CheckpointSummary> {
  const wanted = ({ kind }: CheckpointSummary): boolean =>
    savepoints === undefined || (kind !== 'CHECKPOINT') === savepoints;
  const total =
    savepoints === undefined
      ? history.length + older.length
      : older.reduce((count, one) => count + (wanted(one) ? 1 : 0), history.filter(wanted).length);
  const rest: CheckpointSummary[] = history.filter((one) => one.id < before && wanted(one));
  // One more than asked for tells whether there is a next page.
  for (let index = older.length - 1, found = 0; index >= 0 && found <= limit; index--) {
    const one = older[index];
    if (one === undefined || one.id >= before || !wanted(one)) continue;
    rest.push(one);
    found += 1;
  }
  // One that was in progress for long is older than its place in the history says.
  rest.sort((a, b) => b.id - a.id);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, total, ...(last === undefined || items.length === rest.length ? {} : { next: String(last.id) }) };
}

/** A checkpoint with its parts. Refuses one of which only a line is remembered, and says where its parts are. */
export function checkpointWithParts({ checkpoints }: JobRecord, id: CheckpointId): CheckpointRecord {
  const record = checkpoints.history.find((one) => one.id === id);
  if (record !== undefined) return record;
  const summary = checkpoints.older.find((one) => one.id === id);
  if (summary === undefined) throw restError(404, `Could not find checkpointing statistics for checkpoint ${id}.`);
  throw userError(
    'checkpoint.parts-not-found',
    `Of checkpoint ${id} the runtime remembers no parts any more.`,
    summary.path === undefined || summary.discarded ? 'Look at a newer one.' : `Open the snapshot in ${summary.path}.`,
  );
}
