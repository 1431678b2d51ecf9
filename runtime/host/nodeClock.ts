import type { Clock, Disposable, PauseReason, TimerKind } from '../base/env';

interface HoldableTimer {
  remainingMs: number;
  startedMs: number;
  handle: NodeJS.Timeout | undefined;
  readonly run: () => void;
}

/** Real time. Holdable timers stop with what is left of them while somebody holds, and go on afterwards. */
export class NodeClock implements Clock {
  private readonly holdable = new Set<HoldableTimer>();
  /** Who holds, and why: time stands still until the last one lets go. */
  private readonly holds = new Map<Disposable, PauseReason>();

  monoMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  after(ms: number, kind: TimerKind, run: () => void): Disposable {
    if (kind === 'real') {
      const handle = setTimeout(run, ms);
      return { dispose: () => clearTimeout(handle) };
    }
    const timer: HoldableTimer = { remainingMs: ms, startedMs: 0, handle: undefined, run };
    this.holdable.add(timer);
    if (this.holds.size === 0) this.start(timer);
    return {
      dispose: () => {
        this.stop(timer);
        this.holdable.delete(timer);
      },
    };
  }

  hold(reason: PauseReason): Disposable {
    const hold: Disposable = {
      dispose: () => {
        if (this.holds.delete(hold) && this.holds.size === 0) for (const timer of this.holdable) this.start(timer);
      },
    };
    if (this.holds.size === 0) for (const timer of this.holdable) this.stop(timer);
    this.holds.set(hold, reason);
    return hold;
  }

  yield(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  private start(timer: HoldableTimer): void {
    timer.startedMs = performance.now();
    timer.handle = setTimeout(() => {
      this.holdable.delete(timer);
      timer.run();
    }, timer.remainingMs);
  }

  private stop(timer: HoldableTimer): void {
    if (timer.handle === undefined) return;
    clearTimeout(timer.handle);
    timer.handle = undefined;
    timer.remainingMs = Math.max(0, timer.remainingMs - (performance.now() - timer.startedMs));
  }
}
