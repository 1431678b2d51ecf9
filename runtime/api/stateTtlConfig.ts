import { userError } from '../base/errors';

/** What renews the time to live of a value. */
export type TtlUpdateType = 'OnCreateAndWrite' | 'OnReadAndWrite';

/** Whether a value that has expired is given out when it is found: once, before it is removed, or not at all. */
export type TtlStateVisibility = 'NeverReturnExpired' | 'ReturnExpiredIfNotCleanedUp';

/**
 * How long state lives after its last use, in processing time; Flink's class of the same name. Each value, each element of a list and each
 * entry of a map lives for itself. What has expired is removed when it is met.
 */
export interface StateTtlConfig {
  readonly ttlMs: number;
  readonly updateType: TtlUpdateType;
  readonly stateVisibility: TtlStateVisibility;
  /** Snapshots leave out what has expired. */
  readonly cleanupInFullSnapshot: boolean;
}

class StateTtlConfigBuilder {
  private updateType: TtlUpdateType = 'OnCreateAndWrite';
  private stateVisibility: TtlStateVisibility = 'NeverReturnExpired';
  private cleanupInFullSnapshot = false;

  constructor(private readonly ttlMs: number) {
    if (Number.isSafeInteger(ttlMs) && ttlMs > 0) return;
    throw userError(
      'job.state-ttl',
      `A time to live is a positive number of milliseconds, not ${ttlMs}.`,
      'Correct StateTtlConfig.newBuilder(…).',
    );
  }

  setUpdateType(updateType: TtlUpdateType): this {
    this.updateType = updateType;
    return this;
  }

  setStateVisibility(stateVisibility: TtlStateVisibility): this {
    this.stateVisibility = stateVisibility;
    return this;
  }

  cleanupFullSnapshot(): this {
    this.cleanupInFullSnapshot = true;
    return this;
  }

  build(): StateTtlConfig {
    const { ttlMs, updateType, stateVisibility, cleanupInFullSnapshot } = this;
    return { ttlMs, updateType, stateVisibility, cleanupInFullSnapshot };
  }
}

export const StateTtlConfig = {
  /** Time to live in ms; renewed by writes only, and expired values are never given out, unless the builder is told otherwise. */
  newBuilder(ttlMs: number): StateTtlConfigBuilder {
    return new StateTtlConfigBuilder(ttlMs);
  },
} as const;
