import type { Clock, Disposable, PauseReason, TimerKind } from '../../runtime/base/env';
import type { SimLife } from './life';
import type { ScheduledEvent } from './schedule';

interface HeldTimer {
  event: ScheduledEvent | undefined;
  remainingMs: number;
  startedMs: number;
  readonly run: () => void;
}

/** One process's view of virtual time, with timers that stand still while somebody holds. */
export class SimClock implements Clock {
  private readonly holds = new Map<Disposable, PauseReason>();
  private readonly holdable = new Set<HeldTimer>();

  constructor(private readonly process: SimLife) {}

  monoMs(): number {
    return this.process.schedule.nowMs;
  }

  wallMs(): number {
    return 1_000_000_000_000 + Math.floor(this.process.schedule.nowMs);
  }

  after(ms: number, kind: TimerKind, run: () => void): Disposable {
    const timer: HeldTimer = { event: undefined, remainingMs: ms, startedMs: 0, run };
    if (kind === 'holdable') this.holdable.add(timer);
    if (kind === 'real' || this.holds.size === 0) this.start(timer);
    return {
      dispose: () => {
        this.holdable.delete(timer);
        if (timer.event !== undefined) timer.event.cancelled = true;
      },
    };
  }

  hold(reason: PauseReason): Disposable {
    if (this.holds.size === 0) for (const timer of this.holdable) this.stop(timer);
    const hold: Disposable = {
      dispose: () => {
        if (this.holds.delete(hold) && this.holds.size === 0) for (const timer of this.holdable) this.start(timer);
      },
    };
    this.holds.set(hold, reason);
    return hold;
  }

  yield(): Promise<void> {
    return this.process.later(this.process.random.between(0.01, 0.2), () => undefined);
  }

  private start(timer: HeldTimer): void {
    timer.startedMs = this.process.schedule.nowMs;
    timer.event = this.process.soon(timer.remainingMs, () => {
      this.holdable.delete(timer);
      timer.run();
    });
  }

  private stop(timer: HeldTimer): void {
    if (timer.event === undefined) return;
    timer.event.cancelled = true;
    timer.event = undefined;
    timer.remainingMs = Math.max(0, timer.remainingMs - (this.process.schedule.nowMs - timer.startedMs));
  }
}
