import {
  id,
  type AllocationId,
  type AttemptRef,
  type JobId,
  type TaskManagerId,
  type VertexId,
} from '../../runtime/base/ids';
import { runFreely, type Stepping } from '../../runtime/base/stepping';
import { areConnected } from '../../runtime/graph/distribution';
import type { JobEdge, JobGraph, JobVertex } from '../../runtime/graph/jobGraph';
import type { TaskConfig, TaskDeployment, TaskRestore } from '../../runtime/wire/messages';

export interface DeploymentOptions {
  readonly attempt: number;
  /** Where a subtask runs. */
  readonly workerOf: (ref: AttemptRef) => { readonly name: TaskManagerId; readonly address: string };
  readonly restoreOf?: (ref: AttemptRef) => TaskRestore | undefined;
  readonly stepping?: Stepping | undefined;
  readonly config?: Partial<TaskConfig> | undefined;
}

export const testJob = id<JobId>('a'.repeat(32));

/** The tasks of a job as a JobManager would deploy them: every vertex with all its subtasks, one allocation a subtask index. */
export function deploymentsOf(graph: JobGraph, options: DeploymentOptions): TaskDeployment[] {
  const ref = (vertex: VertexId, subtask: number): AttemptRef => ({
    job: testJob,
    vertex,
    subtask,
    attempt: options.attempt,
  });
  const vertexOf = (vertex: VertexId): JobVertex => {
    const found = graph.vertices.find((each) => each.id === vertex);
    if (found === undefined) throw new Error('No such vertex.');
    return found;
  };
  const edges = graph.edges.map((edge, index) => ({ edge, index }));
  return graph.vertices.flatMap((vertex) =>
    Array.from({ length: vertex.parallelism }, (_, subtask): TaskDeployment => {
      const own = ref(vertex.id, subtask);
      const restore = options.restoreOf?.(own);
      return {
        ref: own,
        jobName: graph.jobName,
        vertex,
        allocation: id<AllocationId>(String(subtask).padStart(32, '0')),
        bundle: '/bundle.mjs',
        config: {
          checkpointsRoot: '/checkpoints',
          inlineThresholdBytes: 20,
          localRecovery: true,
          checkpointingEnabled: true,
          baseDirectory: '/',
          ...options.config,
        },
        inputs: edges
          .filter(({ edge }) => edge.to === vertex.id)
          .map(({ edge, index }) => ({
            edge: index,
            ship: edge.ship,
            ...(edge.input === undefined ? {} : { input: edge.input }),
            channels: producersOf(edge, subtask, vertexOf).map((other) => {
              const producer = ref(edge.from, other);
              const { name, address } = options.workerOf(producer);
              return { producer, taskManager: name, address };
            }),
          })),
        outputs: edges
          .filter(({ edge }) => edge.from === vertex.id)
          .map(({ edge, index }) => {
            const to = vertexOf(edge.to);
            return {
              edge: index,
              fromNodeId: edge.fromNodeId,
              toNodeId: edge.toNodeId,
              ship: edge.ship,
              ...(edge.input === undefined ? {} : { input: edge.input }),
              ...(edge.outputTag === undefined ? {} : { outputTag: edge.outputTag }),
              consumers: consumersOf(edge, subtask, vertexOf).map((other) => ref(to.id, other)),
              consumerMaxParallelism: to.maxParallelism,
            };
          }),
        ...(restore === undefined ? {} : { restore }),
        recovery: options.attempt,
        stepping: options.stepping ?? runFreely,
      };
    }),
  );
}

type VertexOf = (vertex: VertexId) => JobVertex;

function producersOf({ ship, from, to }: JobEdge, subtask: number, vertexOf: VertexOf): number[] {
  const [producers, parallelism] = [vertexOf(from).parallelism, vertexOf(to).parallelism];
  return Array.from({ length: producers }, (_, other) => other).filter((other) =>
    areConnected(ship, { subtask: other, parallelism: producers }, { subtask, parallelism }),
  );
}

function consumersOf({ ship, from, to }: JobEdge, subtask: number, vertexOf: VertexOf): number[] {
  const [parallelism, consumers] = [vertexOf(from).parallelism, vertexOf(to).parallelism];
  return Array.from({ length: consumers }, (_, other) => other).filter((other) =>
    areConnected(ship, { subtask, parallelism }, { subtask: other, parallelism: consumers }),
  );
}
