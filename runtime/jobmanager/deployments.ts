/** What a task is sent when it is deployed: Flink's `TaskDeploymentDescriptorFactory`. Pure. */
import { JobStateError } from '../base/errors';
import type { AttemptRef, TaskManagerId, VertexId } from '../base/ids';
import type { Stepping } from '../base/stepping';
import type { SubtaskAssignment } from '../checkpoint/stateAssignment';
import type { CompletedCheckpoint } from '../checkpoint/completedCheckpoint';
import { areConnected } from '../graph/distribution';
import type { JobEdge, JobGraph, JobVertex } from '../graph/jobGraph';
import type { InputGateDeployment, OutputDeployment, TaskConfig, TaskDeployment } from '../wire/messages';
import type { Execution } from './states/jobState';

/** What all tasks of one deployment have in common. */
export interface DeploymentContext {
  readonly graph: JobGraph;
  readonly bundle: string;
  readonly config: TaskConfig;
  readonly recovery: number;
  readonly stepping: Stepping;
  readonly tasks: readonly Execution[];
  readonly dataAddress: (taskManager: TaskManagerId) => string | undefined;
  readonly restore?: {
    readonly checkpoint: CompletedCheckpoint;
    readonly assigned: ReadonlyMap<VertexId, readonly SubtaskAssignment[]>;
  };
}

export function deploymentOf(task: Execution, context: DeploymentContext): TaskDeployment {
  const { graph, bundle, config, recovery, stepping, restore } = context;
  const { ref, allocation, previous } = task;
  const vertex = graph.vertices.find(({ id }) => id === ref.vertex);
  if (vertex === undefined || allocation === undefined) {
    throw new JobStateError('internal.deployment', `Task ${task.name.name} has no vertex or no slot.`);
  }
  return {
    ref,
    jobName: graph.jobName,
    vertex,
    allocation,
    bundle,
    config,
    inputs: inputsOf(vertex, ref, context),
    outputs: outputsOf(vertex, ref, context),
    ...(restore === undefined
      ? {}
      : {
          restore: {
            checkpoint: restore.checkpoint.id,
            savepoint: restore.checkpoint.kind !== 'CHECKPOINT',
            directory: restore.checkpoint.directory,
            ...(previous === undefined || previous.allocation === allocation
              ? {}
              : { movedFrom: previous.taskManager }),
            states: restore.assigned.get(vertex.id)?.[ref.subtask] ?? {},
          },
        }),
    recovery,
    stepping,
  };
}

function inputsOf(vertex: JobVertex, ref: AttemptRef, context: DeploymentContext): InputGateDeployment[] {
  return edgesWith(context.graph, ({ to }) => to === vertex.id).map(({ edge, index }) => ({
    edge: index,
    ship: edge.ship,
    ...(edge.input === undefined ? {} : { input: edge.input }),
    channels: producersOf(edge, ref, context).map((producer) => {
      const { taskManager } = producer;
      const address = taskManager === undefined ? undefined : context.dataAddress(taskManager);
      if (taskManager === undefined || address === undefined) {
        throw new JobStateError('internal.deployment', `The producer ${producer.name.name} has no address.`);
      }
      return { producer: producer.ref, taskManager, address };
    }),
  }));
}

function outputsOf(vertex: JobVertex, ref: AttemptRef, context: DeploymentContext): OutputDeployment[] {
  return edgesWith(context.graph, ({ from }) => from === vertex.id).map(({ edge, index }) => ({
    edge: index,
    fromNodeId: edge.fromNodeId,
    toNodeId: edge.toNodeId,
    ship: edge.ship,
    ...(edge.input === undefined ? {} : { input: edge.input }),
    ...(edge.outputTag === undefined ? {} : { outputTag: edge.outputTag }),
    consumers: consumersOf(edge, ref, context).map((consumer) => consumer.ref),
    consumerMaxParallelism: context.graph.vertices.find(({ id }) => id === edge.to)?.maxParallelism ?? 0,
  }));
}

function edgesWith(
  graph: JobGraph,
  wanted: (edge: JobEdge) => boolean,
): { readonly edge: JobEdge; readonly index: number }[] {
  return graph.edges.flatMap((edge, index) => (wanted(edge) ? [{ edge, index }] : []));
}

function executions(context: DeploymentContext, vertex: VertexId): readonly Execution[] {
  return context.tasks.filter(({ ref }) => ref.vertex === vertex);
}

function producersOf(edge: JobEdge, consumer: AttemptRef, context: DeploymentContext): readonly Execution[] {
  const producers = executions(context, edge.from);
  const own = { subtask: consumer.subtask, parallelism: executions(context, edge.to).length };
  return producers.filter(({ ref }) =>
    areConnected(edge.ship, { subtask: ref.subtask, parallelism: producers.length }, own),
  );
}

function consumersOf(edge: JobEdge, producer: AttemptRef, context: DeploymentContext): readonly Execution[] {
  const consumers = executions(context, edge.to);
  const own = { subtask: producer.subtask, parallelism: executions(context, edge.from).length };
  return consumers.filter(({ ref }) =>
    areConnected(edge.ship, own, { subtask: ref.subtask, parallelism: consumers.length }),
  );
}
