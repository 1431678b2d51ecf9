import type { OutputTag } from '../../api/outputTag';
import { BatchCollector } from './batchCollector';
import type { SideBatch } from './streamOperator';

const nothing: readonly SideBatch[] = [];

/** Gathers what a function emits beside its main output, by tag. */
export class SideOutputs {
  private readonly collectors = new Map<string, BatchCollector>();
  private empty = true;

  /** @param timestampMs NaN: none */
  collect(tag: OutputTag<unknown>, value: unknown, timestampMs: number): void {
    let collector = this.collectors.get(tag.id);
    if (collector === undefined) this.collectors.set(tag.id, (collector = new BatchCollector()));
    collector.timestamp = timestampMs;
    collector.collect(value);
    this.empty = false;
  }

  /** What was emitted since the last call. */
  take(): readonly SideBatch[] {
    if (this.empty) return nothing;
    this.empty = true;
    return [...this.collectors].flatMap(([tag, collector]) => {
      const batch = collector.take();
      return batch === undefined ? [] : [{ tag, batch }];
    });
  }
}
