import { setImmediate } from 'node:timers/promises';
import type { Clock, Logger, Random } from '../../runtime/base/env';
import { MemoryDisk } from './memoryDisk';

/** The part of Env that state and its copies need: a disk in memory, numbers instead of chance, and what was logged. */
export interface MemoryEnv {
  readonly disk: MemoryDisk;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Logger;
  readonly warnings: string[];
}

export function memoryEnv(disk = new MemoryDisk()): MemoryEnv {
  let made = 0;
  const warnings: string[] = [];
  const nothing = { dispose: () => undefined };
  return {
    disk,
    warnings,
    random: {
      next: () => 0.5,
      hex: (bytes) => (++made).toString(16).padStart(bytes * 2, '0'),
      uuid: () => `00000000-0000-4000-8000-${(++made).toString(16).padStart(12, '0')}`,
    },
    clock: {
      monoMs: () => performance.now(),
      wallMs: () => 0,
      after: () => nothing,
      hold: () => nothing,
      yield: () => setImmediate(),
    },
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message) => void warnings.push(message),
      error: (message) => void warnings.push(message),
    },
  };
}
