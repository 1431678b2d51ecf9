import { StreamExecutionEnvironment, GeneratorSource, Types, WatermarkStrategy } from '../../../runtime/api/index';
import type { SingleOutputStreamOperator, WindowedStream, WindowAssigner } from '../../../runtime/api/index';
import type { OperatorSpec } from '../../../runtime/api/operatorSpec';
import type { Clock } from '../../../runtime/base/env';
import type { KeyedHandle } from '../../../runtime/formats/handles';
import type { HeapKeyedBackend } from '../../../runtime/state/heapKeyedBackend';
import type { StreamOperator } from '../../../runtime/taskmanager/operators/streamOperator';
import { WindowOperator } from '../../../runtime/taskmanager/operators/window/windowOperator';
import { RowBatch } from '../../../runtime/wire/batch';
import type { SnapshotType } from '../../../runtime/wire/messages';
import { memoryEnv, type MemoryEnv } from '../../support/memoryEnv';
import { checkpoint, keyGroupOf, newBackend, restoreInto, snapshotOf } from '../state/support';

export interface Row {
  readonly key: string;
  readonly timeMs: number;
  readonly value: number;
}

export type WindowOperatorSpec = Extract<OperatorSpec, { kind: 'window' }>;

/** The spec that the public API makes of a window on rows keyed by `key`. */
export function windowSpec(
  assigner: WindowAssigner<Row>,
  use: (windows: WindowedStream<Row, string>) => SingleOutputStreamOperator<unknown>,
): WindowOperatorSpec {
  const env = StreamExecutionEnvironment.getExecutionEnvironment();
  const source = new GeneratorSource<Row>({ count: 0, generate: () => ({ key: '', timeMs: 0, value: 0 }) });
  const rows = env.fromSource(source, WatermarkStrategy.noWatermarks<Row>(), 'rows');
  use(rows.keyBy((row) => row.key, Types.STRING).window(assigner)).print();
  const spec = env.getStreamGraph().nodes.find((node) => node.kind === 'window')?.operator;
  if (spec?.kind !== 'window') throw new Error('No window operator.');
  return spec;
}

/** One window operator with its backend, its clock and everything it has emitted. */
export class WindowHarness {
  readonly env: MemoryEnv;
  nowMs = 0;
  private operator: StreamOperator | undefined;
  private backend: HeapKeyedBackend;

  /** `make` gives functions of their own to each operator. */
  constructor(
    private readonly make: () => WindowOperatorSpec,
    private readonly backendOf = (env: MemoryEnv) => newBackend(env),
  ) {
    this.env = { ...memoryEnv(), clock: { ...memoryEnv().clock, wallMs: () => this.nowMs } };
    this.backend = backendOf(this.env);
  }

  async open(restored = false): Promise<this> {
    const clock: Clock = this.env.clock;
    const operator = {
      nodeId: 1,
      operatorId: 'x' as never,
      uid: 'w',
      name: 'window',
      kind: 'window',
      chainedTo: [],
    } as const;
    const environment = { clock, parallelism: 1, attempt: 0 };
    this.operator = new WindowOperator({ operator, subtask: 0 }, this.make(), environment);
    const state = { keyed: this.backend, operator: undefined, hasOperatorState: false };
    await this.operator.open({ ...state, restored: restored ? checkpoint(1) : undefined });
    return this;
  }

  /** What the rows, as one batch, make it emit. */
  rows(...rows: readonly Row[]): Emitted {
    const { opened } = this;
    const timestamps = Float64Array.from(rows, (row) => row.timeMs);
    const keys = rows.map((row) => row.key);
    const keyGroups = Uint16Array.from(keys, keyGroupOf);
    const batch = opened.processBatch(new RowBatch(rows.length, rows, timestamps, keys, keyGroups), 0);
    return this.emitted(batch);
  }

  watermark(ms: number): Emitted {
    return this.advance(() => this.opened.advanceTo(ms, 2));
  }

  processingTime(ms: number): Emitted {
    this.nowMs = ms;
    return this.advance(() => this.opened.advanceProcessingTime(ms, 2));
  }

  /** Rows that came too late since it was opened. */
  get dropped(): number {
    return this.opened.lateRecordsDropped ?? 0;
  }

  get nextProcessingTimeMs(): number | undefined {
    return this.opened.nextProcessingTimeMs;
  }

  snapshot(type?: SnapshotType): Promise<KeyedHandle> {
    return snapshotOf(this.env, this.backend, type);
  }

  /** A snapshot and its file. */
  async snapshotFile(type?: SnapshotType): Promise<{ readonly handle: KeyedHandle; readonly bytes: Uint8Array }> {
    const { disk } = this.env;
    const before = new Set(disk.paths());
    const handle = await this.snapshot(type);
    return { handle, bytes: disk.bytesOf(disk.paths().find((path) => !before.has(path)) ?? '') };
  }

  /** A new operator with what the snapshot holds. */
  async restore(handle: KeyedHandle): Promise<void> {
    await this.close();
    this.backend = this.backendOf(this.env);
    await restoreInto(this.env, this.backend, handle);
    await this.open(true);
  }

  /** Entries of each state and timer queue that has any. */
  get states(): Readonly<Record<string, number>> {
    const held = this.backend.describe().filter(({ entries }) => entries > 0);
    return Object.fromEntries(held.map(({ state, entries }) => [state, entries]));
  }

  async close(): Promise<void> {
    await this.operator?.close();
  }

  private get opened(): StreamOperator {
    if (this.operator === undefined) throw new Error('Not open.');
    return this.operator;
  }

  private advance(step: () => { batch: RowBatch | undefined; done: boolean }): Emitted {
    const all: Emitted = { rows: [], timestamps: [], side: [] };
    for (;;) {
      const { batch, done } = step();
      const { rows, timestamps, side } = this.emitted(batch);
      all.rows.push(...rows);
      all.timestamps.push(...timestamps);
      all.side.push(...side);
      if (done) return all;
    }
  }

  private emitted(batch: RowBatch | undefined): Emitted {
    const side = this.opened
      .takeSideOutputs()
      .flatMap(({ tag, batch: rows }) => rows.rows.map((row): [string, unknown] => [tag, row]));
    return { rows: [...(batch?.rows ?? [])], timestamps: [...(batch?.timestamps ?? [])], side };
  }
}

export interface Emitted {
  readonly rows: unknown[];
  readonly timestamps: number[];
  /** Tag and row. */
  readonly side: [tag: string, row: unknown][];
}
