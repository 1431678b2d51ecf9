import { isDeepStrictEqual } from 'node:util';
import type { Pin } from './model/node';

/** Where pinned keys are kept: a memento of the workspace. */
export interface PinMemory {
  get(): readonly Pin[];
  set(pins: readonly Pin[]): void;
}

/** The keys that are pinned. Jobs are known by their name and operators by their id, so that a pin is there again when the job is run again. */
export class Pins {
  constructor(private readonly memory: PinMemory) {}

  of(jobName: string): readonly Pin[] {
    return this.memory.get().filter((pin) => pin.jobName === jobName);
  }

  add(pin: Pin): void {
    this.memory.set([...this.without(pin), pin]);
  }

  remove(pin: Pin): void {
    this.memory.set(this.without(pin));
  }

  private without(pin: Pin): readonly Pin[] {
    return this.memory.get().filter((other) => !isDeepStrictEqual(other, pin));
  }
}
