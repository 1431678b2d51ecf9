import type { StateTtlConfig } from '../api/stateTtlConfig';
import type { Clock } from '../base/env';
import type { TtlValue } from '../formats/serializers/streaming';
import type { CurrentValue } from './currentValue';

/** The rules of one state's time to live; Flink's `TtlStateContext` and `TtlUtils`. */
export class Ttl {
  readonly renewsOnRead: boolean;
  readonly returnsExpired: boolean;

  constructor(
    private readonly clock: Pick<Clock, 'wallMs'>,
    readonly config: StateTtlConfig,
  ) {
    this.renewsOnRead = config.updateType === 'OnReadAndWrite';
    this.returnsExpired = config.stateVisibility === 'ReturnExpiredIfNotCleanedUp';
  }

  /** The value as used now. */
  stamp<T>(value: T): TtlValue<T> {
    return { lastAccessMs: this.clock.wallMs(), value };
  }

  isExpired({ lastAccessMs }: TtlValue<unknown>, nowMs = this.clock.wallMs()): boolean {
    return Number(lastAccessMs) + this.config.ttlMs <= nowMs;
  }

  /** False for what must not be given out any more. */
  isVisible(value: TtlValue<unknown>): boolean {
    return this.returnsExpired || !this.isExpired(value);
  }
}

/** The current value of a state whose table holds it with the time of its last use. */
export class TtlCurrentValue<T, N> implements CurrentValue<T, N> {
  constructor(
    private readonly stored: CurrentValue<TtlValue<T>, N>,
    private readonly ttl: Ttl,
  ) {}

  setNamespace(namespace: N): void {
    this.stored.setNamespace(namespace);
  }

  read(): T | undefined {
    const { stored, ttl } = this;
    const found = stored.read();
    if (found === undefined) return undefined;
    if (ttl.isExpired(found)) {
      stored.remove();
      return ttl.returnsExpired ? found.value : undefined;
    }
    if (ttl.renewsOnRead) stored.write(ttl.stamp(found.value));
    return found.value;
  }

  write(value: T): void {
    this.stored.write(this.ttl.stamp(value));
  }

  remove(): void {
    this.stored.remove();
  }
}
