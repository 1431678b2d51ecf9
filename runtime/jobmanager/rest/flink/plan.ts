import type { Plan, PlanNode } from '../../../rest/answers/jobs';
import type { ChainedOperator, JobGraph, JobVertex } from '../../../graph/jobGraph';
import type { JobId } from '../../../base/ids';

/** The job graph as Flink's web page draws it; Flink's `JsonPlanGenerator`. */
export function planOf(job: JobId, graph: JobGraph): Plan {
  return {
    jid: job,
    name: graph.jobName,
    type: 'STREAMING',
    nodes: graph.vertices.map((vertex) => planNode(vertex, graph)),
  };
}

function planNode(vertex: JobVertex, graph: JobGraph): PlanNode {
  const inputs = graph.edges.filter((edge) => edge.to === vertex.id);
  return {
    id: vertex.id,
    parallelism: vertex.parallelism,
    operator: '',
    operator_strategy: '',
    description: `${chainLines(vertex).join('<br/>')}<br/>`,
    ...(inputs.length === 0
      ? {}
      : {
          inputs: inputs.map((edge, num) => ({
            num,
            id: edge.from,
            ship_strategy: edge.ship.toUpperCase(),
            exchange: 'pipelined_bounded',
          })),
        }),
    optimizer_properties: {},
  };
}

/** The chain as a tree, one operator a line: `+- ` before the last of its siblings, `:- ` before the others. */
function chainLines(vertex: JobVertex): readonly string[] {
  const byNode = new Map(vertex.operators.map((operator) => [operator.nodeId, operator]));
  const below = (operator: ChainedOperator, indent: string): string[] =>
    operator.chainedTo.flatMap((nodeId, index) => {
      const child = byNode.get(nodeId);
      if (child === undefined) return [];
      const last = index === operator.chainedTo.length - 1;
      return [`${indent}${last ? '+- ' : ':- '}${textOf(child)}`, ...below(child, indent + (last ? '   ' : ':  '))];
    });
  const [head] = vertex.operators;
  return head === undefined ? [] : [textOf(head), ...below(head, '')];
}

function textOf({ name, description }: ChainedOperator): string {
  return description ?? name;
}
