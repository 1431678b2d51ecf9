import { userError } from '../base/errors';
import type { TypeInformation } from './types';

/** One value per key. */
export interface ValueState<T, Absent = undefined> {
  /** The value of the current key, or what the descriptor gives for a key without one. */
  value(): T | Absent;
  /** Stores the value. A change inside a value that `value()` returned counts only after `update`. */
  update(value: T): void;
  /** Forgets the value of the current key. */
  clear(): void;
}

/** Names a value state and its type; without a type the values are stored as JSON. */
export class ValueStateDescriptor<T = unknown, Absent = undefined> {
  readonly kind = 'value';
  readonly name: string;
  readonly type: TypeInformation<T>;
  /** For keys without a value; every reader gets a copy. */
  readonly defaultValue: Absent;

  /** `name` is the name in the snapshot: unique within the operator, and the same as long as its state shall be found again. */
  constructor(name: string, type: TypeInformation<T> = { kind: 'JSON' }, defaultValue?: Absent) {
    if (name === '')
      throw userError('job.state-name', 'A state has an empty name.', 'Give every state a name of its own.');
    this.name = name;
    this.type = type;
    this.defaultValue = defaultValue as Absent;
  }
}
