import { id, type OperatorId, type VertexId } from '../../base/ids';
import type { JobDetailsInfo, JobVertexOverview } from '../../rest/answers/jobs';
import type { OperatorInfo } from '../model';

/**
 * The operators of every vertex. Flink's REST API names the operators of a chain in the plan's description; the id of the vertex is that
 * of the chain's first operator, the ids of the others and all uids it does not tell, nor what states they have.
 */
export function operatorsOf(job: JobDetailsInfo): readonly OperatorInfo[] {
  const descriptions = new Map((job.plan.nodes ?? []).map((node) => [node.id, node.description]));
  return job.vertices.flatMap((vertex) => {
    const chain = chainOf(descriptions.get(vertex.id) ?? '');
    const names = chain.length > 0 ? chain : [vertex.name];
    return names.map((name, index) => operatorInfo(vertex, name, index, names.length));
  });
}

function operatorInfo(vertex: JobVertexOverview, name: string, index: number, of: number): OperatorInfo {
  const { metrics, parallelism, maxParallelism } = vertex;
  return {
    id: id<OperatorId>(index === 0 ? vertex.id : `${vertex.id}-${index}`),
    name,
    told: index === 0 ? 'id' : 'name',
    vertex: id<VertexId>(vertex.id),
    parallelism,
    maxParallelism,
    states: [],
    // Flink counts what enters and leaves a chain.
    notes: {
      ...(index === 0 && metrics['read-records'] > 0 ? { 'records in': metrics['read-records'] } : {}),
      ...(index === of - 1 && metrics['write-records'] > 0 ? { 'records out': metrics['write-records'] } : {}),
    },
  };
}

/** `rule match<br/>+- guard<br/>   +- guard sink: Writer<br/>`: one line an operator, indented below the one that it gets its input from. */
function chainOf(description: string): readonly string[] {
  return description
    .split(/<br\s*\/?>/)
    .map((line) => unescaped(line.replace(/^[\s:]*\+- /, '').trim()))
    .filter((name) => name !== '');
}

function unescaped(text: string): string {
  return text
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
