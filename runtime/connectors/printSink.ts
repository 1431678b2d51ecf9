import type { ConnectorContext, SinkConnection } from '../api/connector';
import { RowFailure } from '../api/rowFailure';
import type { PrintSinkSpec } from '../api/sinks';

/** Prints rows at once, at least once: it has nothing to prepare and nothing to commit. */
export function printSink(spec: PrintSinkSpec, context: ConnectorContext): SinkConnection<unknown> {
  const prefix = `${spec.prefix === '' ? '' : `${spec.prefix}:`}${context.subtask + 1}> `;
  const nothing = Promise.resolve();
  return {
    writer: {
      write: (rows) => {
        for (const row of rows) context.log.info(prefix + lineOf(row));
      },
      isFull: () => false,
      onAvailable: () => undefined,
      prepareCommit: () => Promise.resolve([]),
      close: () => nothing,
    },
    committer: { commit: () => nothing, abandonNewer: () => nothing },
  };
}

function lineOf(row: unknown): string {
  if (typeof row === 'string') return row;
  try {
    return JSON.stringify(row);
  } catch (thrown) {
    throw new RowFailure(thrown, 'printing', row);
  }
}
