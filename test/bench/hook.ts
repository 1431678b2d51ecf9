/**
 * What the debugger's hooks cost while nobody uses them: the same operators on the same batches, driven by the chain, which looks for armed
 * failures and can stop and be cut at any row, and by a bare loop. Per cent, the median of interleaved pairs.
 */
import { Types, type Collector, type KeyedContext } from '../../runtime/api/index';
import { id, type OperatorId } from '../../runtime/base/ids';
import type { ChainedOperator } from '../../runtime/graph/jobGraph';
import { keyGroupOfString } from '../../runtime/graph/keyGroups';
import { HeapKeyedBackend } from '../../runtime/state/heapKeyedBackend';
import { OperatorChain } from '../../runtime/taskmanager/operatorChain';
import { KeyedProcessOperator } from '../../runtime/taskmanager/operators/keyedProcessOperator';
import { FilterOperator, MapOperator } from '../../runtime/taskmanager/operators/rowOperators';
import type { StreamOperator } from '../../runtime/taskmanager/operators/streamOperator';
import { RowBatch } from '../../runtime/wire/batch';
import { memoryEnv } from '../support/memoryEnv';
import type { Bench } from './support/bench';
import { CountingFunction } from './support/countingFunction';

const batches = 200;
const rowsPerBatch = 1000;
const pairs = 61;

interface Counted {
  readonly key: string;
  readonly count: number;
}

class Count extends CountingFunction<number, Counted> {
  override processElement(value: number, context: KeyedContext<string>, out: Collector<Counted>): void {
    out.collect({ key: context.getCurrentKey(), count: this.add(value) });
  }
}

async function operators(): Promise<StreamOperator[]> {
  const env = memoryEnv();
  const place = (name: string, nodeId: number): { operator: ChainedOperator; subtask: number } => ({
    operator: {
      nodeId,
      name,
      operatorId: id<OperatorId>(String(nodeId).padStart(32, '0')),
      kind: 'map',
      chainedTo: [],
    },
    subtask: 0,
  });
  const range = { start: 0, end: 127 };
  const keyed = new HeapKeyedBackend(env, { keyType: Types.STRING, range, maxParallelism: 128 });
  const key = { keySelector: (value: unknown) => value, keyType: Types.STRING };
  const count = new KeyedProcessOperator(
    place('count', 1),
    { kind: 'keyedProcess', key, process: new Count() },
    { clock: env.clock, parallelism: 1, attempt: 0 },
  );
  await count.open({ keyed, operator: undefined, restored: undefined, hasOperatorState: false });
  const even = (value: unknown): boolean => (value as Counted).count % 2 === 0;
  const plain = (value: unknown): number => (value as Counted).count;
  return [
    count,
    new FilterOperator(place('even', 2), { kind: 'filter', filter: even }),
    new MapOperator(place('plain', 3), { kind: 'map', map: plain }),
  ];
}

function input(): RowBatch[] {
  return Array.from({ length: batches }, (_, batch) => {
    const keys = Array.from({ length: rowsPerBatch }, (_, row) => `key-${(batch * rowsPerBatch + row * 7919) % 1000}`);
    const groups = Uint16Array.from(keys, (key) => keyGroupOfString(key, 128));
    return new RowBatch(rowsPerBatch, new Array<number>(rowsPerBatch).fill(1), undefined, keys, groups);
  });
}

async function run(): Promise<number> {
  const work = input();
  const chained = await operators();
  const chain = new OperatorChain(
    chained.map((operator, index) => ({
      operator,
      next: index < 2 ? [{ index: index + 1, tag: undefined }] : [],
      writers: [],
    })),
    () => undefined,
    (error) => {
      throw error;
    },
    () => undefined,
  );
  const withHooks = (): void => {
    for (const batch of work) {
      chain.enter({ k: 'batch', batch });
      chain.run();
    }
  };
  const bare = await operators();
  const withoutHooks = (): void => {
    for (const batch of work) {
      let rows: RowBatch | undefined = batch;
      for (const operator of bare) rows = rows === undefined ? undefined : operator.processBatch(rows, 0);
    }
  };
  const timed = (drive: () => void): number => {
    const begin = performance.now();
    drive();
    return performance.now() - begin;
  };
  const costs: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const hooksFirst = pair % 2 === 0;
    const first = timed(hooksFirst ? withHooks : withoutHooks);
    const second = timed(hooksFirst ? withoutHooks : withHooks);
    const [hooked, plain] = hooksFirst ? [first, second] : [second, first];
    if (pair > 10) costs.push((hooked / plain - 1) * 100);
  }
  return costs.sort((a, b) => a - b)[costs.length >> 1] ?? NaN;
}

export const bench: Bench = { name: 'hook', unit: '%', floor: 5, better: 'lower', run };
