import type { OperatorSpec } from '../../runtime/api/operatorSpec';
import type { ArmedFault } from '../../runtime/base/faults';
import type { JobGraph } from '../../runtime/graph/jobGraph';
import type { ShipStrategy } from '../../runtime/graph/distribution';
import type { JobRecord } from '../../runtime/jobmanager/records';
import type { StateMetrics } from '../../runtime/wire/messages';
import { faultKinds, type FaultKind } from './faultPlan';

const operatorKinds: Readonly<Record<OperatorSpec['kind'], true>> = {
  source: true,
  map: true,
  filter: true,
  flatMap: true,
  process: true,
  keyedProcess: true,
  window: true,
  reduce: true,
  coMap: true,
  coFlatMap: true,
  coProcess: true,
  broadcastProcess: true,
  sink: true,
};

const stateKinds: Readonly<Record<StateMetrics['kind'], true>> = {
  value: true,
  list: true,
  map: true,
  reducing: true,
  aggregating: true,
  timers: true,
  'operator-list': true,
  'operator-union': true,
  broadcast: true,
};

/** `forward` is an edge only where chaining is off. */
const shipStrategies: Readonly<Record<ShipStrategy, true>> = {
  forward: true,
  rescale: true,
  rebalance: true,
  shuffle: true,
  hash: true,
  broadcast: true,
  global: true,
};

/** All that the seeds together must have met: every kind that there is, and a failure thrown in every kind of operator. */
export const toBeCovered: readonly string[] = [
  ...Object.keys(operatorKinds).flatMap((kind) => [`operator ${kind}`, `throw in ${kind}`]),
  ...Object.keys(stateKinds).map((kind) => `state ${kind}`),
  'state with TTL',
  ...Object.keys(shipStrategies).map((ship) => `edge ${ship}`),
  ...faultKinds.map((kind) => `fault ${kind}`),
];

/** What one run has met, of these kinds. */
export class Coverage {
  private readonly met = new Set<string>();

  get found(): readonly string[] {
    return [...this.met];
  }

  job({ vertices, edges }: JobGraph): void {
    for (const { kind } of vertices.flatMap(({ operators }) => operators)) this.met.add(`operator ${kind}`);
    for (const { ship } of edges) this.met.add(`edge ${ship}`);
  }

  /** The states that the tasks have told of. */
  states({ vertices }: JobRecord): void {
    for (const { subtasks } of vertices) {
      for (const { kind, type } of subtasks.flatMap(({ attempts }) => attempts.at(-1)?.metrics?.states ?? [])) {
        this.met.add(`state ${kind}`);
        if (type.includes('TTL')) this.met.add('state with TTL');
      }
    }
  }

  struck(kind: FaultKind): void {
    this.met.add(`fault ${kind}`);
  }

  /** Of the failures that were armed, those that tasks have thrown. */
  thrown(faults: readonly ArmedFault[], { vertices }: JobGraph): void {
    const operators = vertices.flatMap((vertex) => vertex.operators);
    for (const { state, fault } of faults) {
      if (state !== 'fired' || fault.k !== 'throwInTask') continue;
      const operator = operators.find(({ operatorId }) => operatorId === fault.operator);
      if (operator !== undefined) this.met.add(`throw in ${operator.kind}`);
    }
  }
}
