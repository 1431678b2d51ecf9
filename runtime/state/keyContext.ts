import { JobStateError } from '../base/errors';
import { inKeyGroupRange, type KeyGroupRange } from '../base/keyGroupRange';
import type { KeyCodec, MapKey } from './keyCodec';

/** The key that a keyed operator is processing; shared by the backend and its states. */
export class KeyContext {
  key: unknown = undefined;
  mapKey: MapKey = '';
  /** -1 before the first record. */
  keyGroup = -1;

  constructor(
    readonly range: KeyGroupRange,
    private readonly codec: KeyCodec,
  ) {}

  set(key: unknown, keyGroup: number): void {
    if (!inKeyGroupRange(this.range, keyGroup)) {
      const { start, end } = this.range;
      throw new JobStateError('state.key-group', `Key group ${keyGroup} is not one of ${start} to ${end}.`);
    }
    this.key = key;
    this.mapKey = this.codec.primitive ? (key as MapKey) : this.codec.toMapKey(key);
    this.keyGroup = keyGroup;
  }

  /** As before the first record. */
  clear(): void {
    this.key = undefined;
    this.keyGroup = -1;
  }
}
