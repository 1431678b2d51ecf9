import type { ChosenCheckpoint } from '../../base/events';
import type { JobId, VertexId } from '../../base/ids';
import type { ExecutionConfig } from '../../graph/executionConfig';
import { areConnected } from '../../graph/distribution';
import type { JobGraph } from '../../graph/jobGraph';
import type { Execution, StateOf } from './jobState';
import { noFailuresYet } from './restartBackoff';

/** A job that has not begun. `origin`: the snapshot it is to start from. */
export function initialState(
  job: JobId,
  graph: JobGraph,
  config: ExecutionConfig,
  origin: ChosenCheckpoint | undefined,
): StateOf<'created'> {
  const tasks = graph.vertices.flatMap((vertex) =>
    Array.from({ length: vertex.parallelism }, (_, subtask): Execution => ({
      name: { vertex: vertex.id, subtask, parallelism: vertex.parallelism, name: vertex.name },
      ref: { job, vertex: vertex.id, subtask, attempt: 0 },
      state: 'CREATED',
      source: vertex.operators[0]?.kind === 'source',
      inputExhausted: false,
      inputEnded: false,
      dataFinished: false,
      mayEnd: false,
    })),
  );
  return {
    phase: 'created',
    job,
    tasks,
    regionOf: regions(graph, tasks),
    failoverStrategy: config.failoverStrategy,
    restartStrategy: config.restartStrategy,
    checkpointing: config.checkpointing.intervalMs !== undefined,
    recovery: 0,
    backoff: noFailuresYet,
    latest: origin,
    latestIsOrigin: origin !== undefined,
  };
}

/** Per task a number that all tasks connected with it share; Flink's pipelined regions. */
function regions(graph: JobGraph, tasks: readonly Execution[]): readonly number[] {
  const region = tasks.map((_, index) => index);
  const merge = (a: number | undefined, b: number | undefined): void => {
    if (a === undefined || b === undefined || a === b) return;
    region.forEach((own, index) => {
      if (own === b) region[index] = a;
    });
  };
  for (const edge of graph.edges) {
    for (const from of indexesOf(tasks, edge.from)) {
      for (const to of indexesOf(tasks, edge.to)) {
        const [producer, consumer] = [tasks[from]?.name, tasks[to]?.name];
        if (producer === undefined || consumer === undefined) continue;
        if (areConnected(edge.ship, producer, consumer)) merge(region[from], region[to]);
      }
    }
  }
  return region;
}

function indexesOf(tasks: readonly Execution[], vertex: VertexId): number[] {
  return tasks.flatMap((task, index) => (task.ref.vertex === vertex ? [index] : []));
}
