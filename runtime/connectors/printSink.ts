import type { ConnectorContext, SinkConnection } from '../api/connector';
import type { PrintSinkSpec } from '../api/sinks';

/** Prints rows at once, at least once: it has nothing to prepare and nothing to commit. */
export function printSink(spec: PrintSinkSpec, context: ConnectorContext): SinkConnection<unknown> {
  const prefix = `${spec.prefix === '' ? '' : `${spec.prefix}:`}${context.subtask + 1}> `;
  const nothing = Promise.resolve();
  return {
    writer: {
      write: (rows) => {
        for (const row of rows) context.log.info(prefix + (typeof row === 'string' ? row : JSON.stringify(row)));
      },
      isFull: () => false,
      onAvailable: () => undefined,
      prepareCommit: () => Promise.resolve([]),
      close: () => nothing,
    },
    committer: { commit: () => nothing, abandonNewer: () => nothing },
  };
}
