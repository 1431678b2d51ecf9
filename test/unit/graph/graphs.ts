import { defaultExecutionConfig, withSettings, type ExecutionSettings } from '../../../runtime/graph/executionConfig';
import { generateJobGraph } from '../../../runtime/graph/jobGraphGenerator';
import type { JobGraph } from '../../../runtime/graph/jobGraph';
import type { StreamEdge, StreamGraph, StreamNode } from '../../../runtime/graph/streamGraph';

export type NodeSettings = Partial<Omit<StreamNode, 'nodeId' | 'name' | 'operator'>>;

type Input = Partial<StreamEdge> & { readonly from: number };

/** Stream graphs in few words: nodes get the ids 1, 2, … in the order given. */
export class GraphOf {
  readonly nodes: StreamNode[] = [];
  readonly edges: StreamEdge[] = [];

  node(name: string, settings: NodeSettings, ...inputs: (number | { hash: number } | Input)[]): number {
    const nodeId = this.nodes.length + 1;
    this.nodes.push({ nodeId, name, kind: 'map', chainingStrategy: 'ALWAYS', operator: undefined, ...settings });
    for (const input of inputs) {
      if (typeof input === 'number') this.edges.push({ from: input, to: nodeId, partitioner: 'default' });
      else if ('hash' in input) this.edges.push({ from: input.hash, to: nodeId, partitioner: 'hash' });
      else this.edges.push({ partitioner: 'default', ...input, to: nodeId });
    }
    return nodeId;
  }

  source(name: string, settings: NodeSettings = {}): number {
    return this.node(name, { kind: 'source', ...settings });
  }

  sink(name: string, settings: NodeSettings, input: number): number {
    return this.node(name, { kind: 'sink', ...settings }, input);
  }

  stream(): StreamGraph {
    return { jobName: 'job', nodes: this.nodes, edges: this.edges, config: defaultExecutionConfig };
  }

  job(settings: ExecutionSettings = {}): JobGraph {
    return generateJobGraph(this.stream(), withSettings(defaultExecutionConfig, settings));
  }
}
