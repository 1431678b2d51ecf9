import type { Clock } from '../base/env';
import { errorData } from '../base/errors';
import type { TriggerId } from '../base/ids';
import type { OperationRecord, OperationResult } from './records';
import type { OperationKind } from './restfulGateway';

/** As Flink's `rest.async.store-duration`. */
const keptMs = 5 * 60_000;

/** Requests that take their time, by trigger id; the results are kept for a while. */
export class Operations {
  private readonly records = new Map<string, OperationRecord>();
  /** When a result came, oldest first. */
  private readonly endedMs = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'monoMs'>) {}

  /** Starts it, unless there is one with this id. Never throws: what goes wrong is the result. */
  start(kind: OperationKind, triggerId: TriggerId, run: () => Promise<OperationResult>): void {
    const key = `${kind} ${triggerId}`;
    this.forgetOld();
    if (this.records.has(key)) return;
    this.records.set(key, { status: 'IN_PROGRESS' });
    const done = (record: OperationRecord): void => {
      this.records.set(key, record);
      this.endedMs.set(key, this.clock.monoMs());
    };
    void Promise.resolve()
      .then(run)
      .then(
        (result) => done({ status: 'COMPLETED', result }),
        (error: unknown) => done({ status: 'FAILED', error: errorData(error) }),
      );
  }

  get(kind: OperationKind, triggerId: TriggerId): OperationRecord | undefined {
    this.forgetOld();
    return this.records.get(`${kind} ${triggerId}`);
  }

  private forgetOld(): void {
    const oldestMs = this.clock.monoMs() - keptMs;
    for (const [key, endedMs] of this.endedMs) {
      if (endedMs >= oldestMs) return;
      this.endedMs.delete(key);
      this.records.delete(key);
    }
  }
}
