import assert from 'node:assert/strict';
import { RowFailure } from '../../../runtime/api/rowFailure';
import type { ConnectorContext, SinkConnection, SourceReader } from '../../../runtime/api/connector';
import type { SourceSpec } from '../../../runtime/api/sources';
import { id, type JobId } from '../../../runtime/base/ids';
import { builtInConnectors } from '../../../runtime/connectors/connectors';
import { lineLogger } from '../../../runtime/host/logger';
import { NodeClock } from '../../../runtime/host/nodeClock';
import { NodeNet } from '../../../runtime/host/nodeNet';
import { NodeDisk } from '../../../runtime/host/nodeDisk';

/** Those of the product, without Parquet. */
export const connectors = builtInConnectors({
  info: () => Promise.reject(new Error('not asked')),
  rowGroup: () => Promise.reject(new Error('not asked')),
});

export interface TestContextOptions {
  readonly subtask?: number;
  readonly parallelism?: number;
  readonly attempt?: number;
}

/** A connector's world on the real disk; `counts` gathers what it counted. */
export function connectorContext(
  baseDirectory: string,
  options: TestContextOptions = {},
): ConnectorContext & { readonly counts: Map<string, number>; readonly lines: string[] } {
  const counts = new Map<string, number>();
  const lines: string[] = [];
  return {
    disk: new NodeDisk(),
    net: new NodeNet(),
    clock: new NodeClock(),
    log: lineLogger('test', 'info', (line) => lines.push(line)),
    baseDirectory,
    job: id<JobId>('0123456789abcdef0123456789abcdef'),
    subtask: options.subtask ?? 0,
    parallelism: options.parallelism ?? 1,
    attempt: options.attempt ?? 0,
    count: (name, increment) => counts.set(name, (counts.get(name) ?? 0) + increment),
    counts,
    lines,
  };
}

/** Reads at most `limit` rows, waiting for the reader when it has none. */
export async function read(reader: SourceReader<unknown>, limit = Infinity, atOnce = 100): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (;;) {
    if (rows.length >= limit) return rows;
    const result = reader.poll(Math.min(atOnce, limit - rows.length));
    if (result.t === 'exhausted') return rows;
    if (result.t === 'rows') rows.push(...result.rows);
    else await new Promise<void>((resolve) => reader.onAvailable(resolve));
  }
}

/** All rows of one subtask of a source. */
export async function readAll(source: SourceSpec, context: ConnectorContext): Promise<unknown[]> {
  const reader = connectors.reader(source, context);
  try {
    await reader.start(undefined);
    return await read(reader);
  } finally {
    await reader.close();
  }
}

/** The sink refuses the row with this error. */
export function assertRefused(
  { writer }: SinkConnection<unknown>,
  row: unknown,
  expected: { readonly code: string; readonly message?: RegExp; readonly domain?: string },
): void {
  assert.throws(
    () => writer.write([row]),
    (error: unknown) => {
      assert.ok(error instanceof RowFailure);
      assert.equal(error.row, row);
      assert.throws(() => {
        throw error.thrown;
      }, expected);
      return true;
    },
  );
}
