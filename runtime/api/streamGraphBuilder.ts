import { check, parallelismCheck, text } from '../graph/checks';
import type { ExecutionConfig } from '../graph/executionConfig';
import type { SourceLocation, StreamEdge, StreamPartitioner } from '../graph/streamGraph';
import { windowText } from './windowing/windowText';
import type { JobStreamGraph, JobStreamNode, OperatorSpec } from './operatorSpec';

/** An operator that its author is still describing. */
export type DraftNode = { -readonly [Field in keyof JobStreamNode]: JobStreamNode[Field] };

/** What an operator that reads a stream is connected to: an output of another operator. Several, when the stream is a union. */
export interface Upstream {
  readonly node: DraftNode;
  readonly partitioner: StreamPartitioner;
  /** Absent: the main output. */
  readonly outputTag?: string;
}

/** The last word on the way of the records counts, as in Flink. */
export function partitioned(upstream: readonly Upstream[], partitioner: StreamPartitioner): readonly Upstream[] {
  return upstream.map((each) => ({ ...each, partitioner }));
}

/** Collects the operators of one job in the order in which they are written. */
export class StreamGraphBuilder {
  readonly #nodes: DraftNode[] = [];
  readonly #edges: StreamEdge[] = [];

  addSource(name: string, operator: OperatorSpec, location: SourceLocation): DraftNode {
    const node: DraftNode = {
      nodeId: this.#nodes.length + 1,
      kind: operator.kind,
      name,
      chainingStrategy: 'ALWAYS',
      operator,
      location,
    };
    this.#nodes.push(node);
    return node;
  }

  /** @param inputs one or two; the edges into one input come in the order of its union, as in Flink */
  addOperator(
    inputs: readonly (readonly Upstream[])[],
    name: string,
    operator: OperatorSpec,
    location: SourceLocation,
  ): DraftNode {
    const node = this.addSource(name, operator, location);
    inputs.forEach((upstream, input) => {
      for (const { node: from, partitioner, outputTag } of upstream) {
        this.#edges.push({
          ...{ from: from.nodeId, to: node.nodeId, partitioner },
          ...(inputs.length === 1 ? {} : { input }),
          ...(outputTag === undefined ? {} : { outputTag }),
        });
      }
    });
    return node;
  }

  /** The graph so far; sources that nobody reads are left out, as in Flink. */
  build(jobName: string, config: ExecutionConfig, location: SourceLocation): JobStreamGraph {
    const read = new Set(this.#edges.map((edge) => edge.from));
    const nodes = this.#nodes.filter((node) => node.kind !== 'source' || read.has(node.nodeId));
    return {
      jobName,
      nodes: nodes.map((node) => ({ ...node, name: shownName(node), ...descriptionOf(node) })),
      edges: [...this.#edges],
      config,
      location,
    };
  }
}

/** Flink's decoration of the names of sources and of the writers of sinks. */
function shownName(node: DraftNode): string {
  if (node.kind === 'source') return `Source: ${node.name}`;
  return node.kind === 'sink' ? `${node.name}: Writer` : node.name;
}

/** Of windows it is more than their name. */
function descriptionOf({ operator }: DraftNode): { readonly description?: string } {
  return operator.kind === 'window' ? { description: windowText(operator.window) } : {};
}

/** What an author can say about an operator after it was made. */
export type NodeDescription = Partial<
  Pick<DraftNode, 'uid' | 'name' | 'parallelism' | 'maxParallelism' | 'chainingStrategy' | 'location'>
>;

/** Sets what the author says about an operator; throws a user error that names the field of a bad value. */
export function describeNode(node: DraftNode, description: NodeDescription): void {
  check('uid', description.uid, text);
  check('name', description.name, text);
  check('parallelism', description.parallelism, parallelismCheck);
  check('maxParallelism', description.maxParallelism, parallelismCheck);
  Object.assign(node, description);
}
