import { JobStateError } from '../../base/errors';
import type { InternalTimerService } from '../../state/internalTimerService';
import type { KeyedBackend } from '../../state/keyedBackend';
import type { Timer } from '../../state/timerQueue';
import { FunctionOperator } from './functionOperator';
import type { Advanced, OperatorState } from './streamOperator';

export type TimeDomain = 'event' | 'processing';

/** Fires the timers of a function; Flink's `Triggerable`. `N` is the type of their namespaces. */
export abstract class TimerOperator<N> extends FunctionOperator {
  /** Set before the function is opened. */
  protected timers: InternalTimerService<N> | undefined;

  /** Serves a timer that is due; its key is the current one. */
  protected abstract onDue(timer: Timer<N>, domain: TimeDomain): void;

  override advanceTo(watermarkMs: number, maxRows: number): Advanced {
    return this.fire('event', maxRows, () => this.timers?.pollEventTime(watermarkMs));
  }

  override advanceProcessingTime(nowMs: number, maxRows: number): Advanced {
    return this.fire('processing', maxRows, () => this.timers?.pollProcessingTime(nowMs));
  }

  override get nextProcessingTimeMs(): number | undefined {
    return this.timers?.nextProcessingTimeMs();
  }

  private fire(domain: TimeDomain, maxRows: number, poll: () => Timer<N> | undefined): Advanced {
    const { collector } = this;
    for (let fired = 0; fired < maxRows && collector.length < maxRows; fired++) {
      const timer = poll();
      if (timer === undefined) return { batch: collector.take(), done: true };
      this.onDue(timer, domain);
    }
    return { batch: collector.take(), done: false };
  }
}

/** The backend that an operator with keyed state is opened with. */
export function keyedBackendOf({ keyed }: OperatorState): KeyedBackend {
  if (keyed !== undefined) return keyed;
  throw new JobStateError('internal.no-keyed-state', 'A keyed operator has no backend.');
}
