import { id, type CheckpointId, type OperatorId } from '../../base/ids';
import type {
  CheckpointingStatistics,
  CheckpointStatistics,
  TaskCheckpointDetails,
} from '../../rest/answers/checkpoints';
import type { JobDetailsInfo } from '../../rest/answers/jobs';
import { pathOfUri } from '../../base/fileUri';
import type { Page, Paged } from '../cluster';
import type { CheckpointDetails, CheckpointInfo, CheckpointOperator } from '../model';

/** Flink's text in the place of a path for checkpoints that live in the JobManager's memory alone. */
const notAddressable = '<checkpoint-not-externally-addressable>';

/** A local path, or the URI of another file system as it is; undefined when there is none. */
function pathOf(external: string | null): string | undefined {
  return external === null || external === notAddressable ? undefined : pathOfUri(external);
}

/** The directory in which the `chk-<n>` of a job lie. */
export function directoryOfCheckpoints(external: string | null): string | undefined {
  return pathOf(external)?.replace(/\/chk-\d+\/?$/, '');
}

export function checkpointInfo(statistics: CheckpointStatistics): CheckpointInfo {
  const path = statistics.className === 'completed' ? pathOf(statistics.external_path) : undefined;
  const failure = statistics.className === 'failed' ? statistics.failure_message : null;
  return {
    id: id<CheckpointId>(statistics.id),
    status: statistics.status,
    savepoint: statistics.is_savepoint,
    triggerMs: statistics.trigger_timestamp,
    durationMs: statistics.end_to_end_duration,
    sizeBytes: statistics.state_size,
    acknowledged: statistics.num_acknowledged_subtasks,
    subtasks: statistics.num_subtasks,
    ...(path === undefined ? {} : { path }),
    discarded: statistics.className === 'completed' && statistics.discarded,
    ...(failure === null ? {} : { failure }),
  };
}

/** What Flink remembers: the newest ten, and the newest of each kind when it is older than those. Newest first. */
function known({ history, latest }: CheckpointingStatistics): readonly CheckpointStatistics[] {
  const all = new Map<number, CheckpointStatistics>();
  for (const one of [latest.completed, latest.savepoint, latest.failed, ...history]) {
    if (one !== null) all.set(one.id, one);
  }
  return [...all.values()].sort((one, other) => other.id - one.id);
}

/** A page of the checkpoints or savepoints that Flink remembers; `after` is the number of the last one before the page. */
export function checkpointPage(
  statistics: CheckpointingStatistics,
  savepoints: boolean,
  page: Page | undefined,
): Paged<CheckpointInfo> {
  const all = known(statistics)
    .filter(({ is_savepoint }) => is_savepoint === savepoints)
    .map(checkpointInfo);
  const rest = page?.after === undefined ? all : all.filter((info) => info.id < Number(page.after));
  const items = rest.slice(0, page?.limit ?? rest.length);
  const last = items.at(-1);
  return {
    items,
    total: all.length,
    ...(last === undefined || items.length === rest.length ? {} : { next: String(last.id) }),
  };
}

/** The subtasks of one vertex in a checkpoint. */
export interface VertexCheckpoint {
  readonly vertex: string;
  readonly details: TaskCheckpointDetails;
}

/** Flink counts by vertex, whose id is that of the first operator of the chain; where the state lies it does not tell. */
export function checkpointDetails(
  statistics: CheckpointStatistics,
  job: JobDetailsInfo,
  vertices: readonly VertexCheckpoint[],
): CheckpointDetails {
  const operators = job.vertices.flatMap((vertex): readonly CheckpointOperator[] => {
    const details = vertices.find((candidate) => candidate.vertex === vertex.id)?.details;
    if (details === undefined) return [];
    return [
      {
        id: id<OperatorId>(vertex.id),
        name: vertex.name,
        told: 'id',
        sizeBytes: details.state_size,
        subtasks: details.subtasks.flatMap((subtask) =>
          subtask.className === 'pending'
            ? []
            : [{ subtask: subtask.index, sizeBytes: subtask.state_size, handles: [] }],
        ),
      },
    ];
  });
  return { ...checkpointInfo(statistics), operators };
}
