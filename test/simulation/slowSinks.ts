import type { Connectors, SinkWriter } from '../../runtime/api/connector';

/** How long each batch keeps a sink busy; Infinity: for ever. It may change at any time. */
export interface SinkSpeed {
  batchMs: number;
}

const lookMs = 5;

/** The same connectors, but each sink takes the next batch only when the last one is done: a slow consumer. */
export function withSlowSinks(connectors: Connectors, speed: SinkSpeed): Connectors {
  return {
    reader: (spec, context) => connectors.reader(spec, context),
    sink: (spec, context) => {
      const { writer, committer } = connectors.sink(spec, context);
      return { writer: slowed(writer, speed, context.clock), committer };
    },
  };
}

type Timers = Parameters<Connectors['sink']>[1]['clock'];

function slowed(writer: SinkWriter<unknown>, speed: SinkSpeed, clock: Timers): SinkWriter<unknown> {
  let writtenMs = -Infinity;
  let busy = false;
  let available: () => void = () => undefined;
  let closed = false;
  const look = (): void => {
    if (closed) return;
    busy = clock.monoMs() - writtenMs < speed.batchMs;
    if (busy) clock.after(lookMs, 'real', look);
    else available();
  };
  return {
    write: (rows) => {
      writer.write(rows);
      writtenMs = clock.monoMs();
      if (speed.batchMs > 0) look();
    },
    isFull: () => busy || writer.isFull(),
    onAvailable: (listener) => {
      available = listener;
      writer.onAvailable(listener);
    },
    prepareCommit: (checkpoint) => writer.prepareCommit(checkpoint),
    close: () => {
      closed = true;
      return writer.close();
    },
  };
}
