import type { Child, ChildExit, ChildSpec, Env, Logger } from '../../runtime/base/env';
import { SimClock } from './clock';
import { SimDisk, type SimFileSystem } from './disk';
import type { SimLife } from './life';
import { SimNet, type SimSwitchboard } from './net';
import { SeededRandom } from './random';
import type { Schedule, ScheduledEvent } from './schedule';

export interface Machine {
  readonly schedule: Schedule;
  readonly fs: SimFileSystem;
  readonly board: SimSwitchboard;
  readonly trace: (line: string) => void;
  spawn(spec: ChildSpec, parent: SimProcess): Child;
}

/** One simulated process with an Env of its own. After `crash` none of its promises settles and none of its timers fires. */
export class SimProcess implements SimLife {
  alive = true;
  /** Stopped with all its threads. */
  frozen = false;
  readonly env: Env;
  readonly random: SeededRandom;
  private readonly crashListeners: (() => void)[] = [];
  private stalledSinceMs: number | undefined;
  private stalls = 0;
  private readonly waiting: ScheduledEvent[] = [];

  constructor(
    readonly name: string,
    readonly pid: number,
    private readonly machine: Machine,
    seed: number,
  ) {
    this.random = new SeededRandom(seed);
    this.env = {
      clock: new SimClock(this),
      random: this.random,
      disk: new SimDisk(machine.fs, this),
      net: new SimNet(machine.board, this),
      log: this.logger(),
      spawn: (spec) => machine.spawn(spec, this),
    };
  }

  get schedule(): Schedule {
    return this.machine.schedule;
  }

  later<T>(delayMs: number, run: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.soon(delayMs, () => {
        try {
          resolve(run());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  soon(delayMs: number, run: () => void): ScheduledEvent {
    return this.atTime(this.schedule.nowMs + Math.max(0, delayMs), run);
  }

  atTime(atMs: number, run: () => void): ScheduledEvent {
    const event = this.schedule.atTime(
      atMs,
      () => {
        if (!this.alive || event.cancelled) return;
        if (this.stalledSinceMs === undefined) run();
        else this.waiting.push(event);
      },
      this,
    );
    return event;
  }

  /** What is to come in this process: timers, answers of the disk, bytes on their way; nothing after a crash. */
  get pending(): number {
    return this.alive ? this.schedule.pendingOf(this) : 0;
  }

  /** The main thread does nothing for so long; what comes in waits, in its order. */
  stall(ms: number): void {
    this.stalledSinceMs ??= this.schedule.nowMs;
    this.stalls += 1;
    this.schedule.at(ms, () => {
      this.stalls -= 1;
      if (this.stalls > 0) return;
      this.stalledSinceMs = undefined;
      for (const { run } of this.waiting.splice(0)) this.schedule.at(0, run, this);
    });
  }

  /** Stopped with all its threads for so long, as by SIGSTOP and SIGCONT. */
  freeze(ms: number): void {
    this.frozen = true;
    this.stall(ms);
    this.schedule.at(ms, () => (this.frozen = false));
  }

  /** For how long the main thread has not moved. */
  get stalledMs(): number {
    return this.stalledSinceMs === undefined ? 0 : this.schedule.nowMs - this.stalledSinceMs;
  }

  onCrash(run: () => void): void {
    this.crashListeners.push(run);
  }

  crash(): void {
    if (!this.alive) return;
    this.alive = false;
    this.machine.trace(`${this.name} (${this.pid}) ends`);
    for (const run of this.crashListeners.splice(0)) run();
  }

  private logger(): Logger {
    const line =
      (level: string) =>
      (message: string, fields?: Readonly<Record<string, unknown>>): void =>
        this.machine.trace(
          `${level} ${this.name}: ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`,
        );
    return { debug: () => undefined, info: line('info'), warn: line('warn'), error: line('error') };
  }
}

/** A child of a simulated process: the same shape as a real one. */
export class SimChild implements Child {
  private exit: ChildExit | undefined;
  private readonly listeners: ((exit: ChildExit) => void)[] = [];

  constructor(
    readonly process: SimProcess,
    parent: SimProcess,
  ) {
    process.onCrash(() => {
      parent.soon(parent.random.between(0.5, 3), () => {
        this.exit ??= { code: undefined, signal: 'SIGKILL', lastOutput: '' };
        for (const listener of this.listeners) listener(this.exit);
      });
    });
    parent.onCrash(() => process.crash());
  }

  get pid(): number {
    return this.process.pid;
  }

  kill(): void {
    this.process.crash();
  }

  onExit(exited: (exit: ChildExit) => void): void {
    if (this.exit === undefined) this.listeners.push(exited);
    else exited(this.exit);
  }
}
