import type {
  Committable,
  ConnectorContext,
  Connectors,
  PollResult,
  SinkConnection,
  SourceReader,
  SplitState,
} from '../../../runtime/api/connector';
import type { SinkSpec } from '../../../runtime/api/sinks';
import type { SourceSpec } from '../../../runtime/api/sources';

interface Part {
  readonly rows: readonly unknown[];
  visible: boolean;
}

/**
 * A generator source whose rows index, index + parallelism, … belong to a subtask, and a two-phase sink that outlives attempts: what the
 * connectors promise, in memory.
 */
export class TestConnectors implements Connectors {
  /** Every row that a commit has made visible, in the order of the commits. */
  readonly committed: unknown[] = [];
  readonly parts = new Map<string, Part>();
  /** No reader gives rows of this index or later until it is raised. */
  limit = Infinity;
  private readonly waiting = new Set<() => void>();
  failPrepare = false;
  /** While true no sink takes rows. */
  full = false;
  private readonly stopped = new Set<() => void>();
  /** Rows that sinks were given. */
  written = 0;

  raise(limit: number): void {
    this.limit = limit;
    for (const wake of [...this.waiting]) wake();
    this.waiting.clear();
  }

  empty(): void {
    this.full = false;
    for (const wake of this.stopped) wake();
  }

  reader(spec: SourceSpec, context: ConnectorContext): SourceReader<unknown> {
    if (spec.connector !== 'generator') throw new Error('Only generators here.');
    const { subtask, parallelism } = context;
    let position: number | undefined;
    let available: () => void = () => undefined;
    return {
      start: (restored) => {
        position = restored === undefined ? subtask : (restored[0]?.position as number | undefined);
        return Promise.resolve();
      },
      poll: (maxRows): PollResult<unknown> => {
        if (position === undefined || position >= spec.count) return { t: 'exhausted' };
        const rows: unknown[] = [];
        const end = Math.min(spec.count, this.limit);
        for (; position < end && rows.length < maxRows; position += parallelism) rows.push(spec.generate(position));
        if (rows.length > 0) return { t: 'rows', rows };
        this.waiting.add(available);
        return { t: 'nothing' };
      },
      onAvailable: (listener) => {
        available = listener;
      },
      snapshot: (): SplitState[] =>
        position === undefined || position >= spec.count ? [] : [{ split: `every-${subtask}`, position }],
      close: () => Promise.resolve(),
    };
  }

  sink(spec: SinkSpec, context: ConnectorContext): SinkConnection<unknown> {
    let rows: unknown[] = [];
    const prefix = `${context.subtask}-`;
    const suffix = spec.connector === 'file' ? `-${spec.path}` : '';
    return {
      writer: {
        write: (more) => {
          rows.push(...more);
          this.written += more.length;
        },
        isFull: () => this.full,
        onAvailable: (available) => void this.stopped.add(available),
        prepareCommit: (checkpoint) => {
          if (this.failPrepare) return Promise.reject(new Error('The sink cannot prepare.'));
          if (rows.length === 0) return Promise.resolve([]);
          const name = `${prefix}${checkpoint}-${context.attempt}${suffix}`;
          this.parts.set(name, { rows, visible: false });
          rows = [];
          return Promise.resolve([name]);
        },
        close: () => Promise.resolve(),
      },
      committer: {
        commit: (committables) => {
          for (const name of committables) this.commit(name);
          return Promise.resolve();
        },
        abandonNewer: (checkpoint) => {
          for (const [name, part] of this.parts) {
            const newer = checkpoint === undefined || Number(name.split('-')[1]) > checkpoint;
            if (name.startsWith(prefix) && name.endsWith(suffix) && newer && !part.visible) this.parts.delete(name);
          }
          return Promise.resolve();
        },
      },
    };
  }

  private commit(name: Committable): void {
    const part = typeof name === 'string' ? this.parts.get(name) : undefined;
    if (part === undefined) throw new Error(`The part ${JSON.stringify(name)} is lost.`);
    if (part.visible) return;
    part.visible = true;
    this.committed.push(...part.rows);
  }
}
