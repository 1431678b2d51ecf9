import type { ValueState } from '../api/state';
import { userError } from '../base/errors';
import type { TypeSerializer } from '../formats/serializer';
import type { KeyContext } from './keyContext';
import type { StateTable } from './stateTable';

/** A value per key in a {@link StateTable}. */
export class HeapValueState<T, Absent> implements ValueState<T, Absent> {
  private readonly copy: (value: T) => T;

  constructor(
    private readonly name: string,
    private readonly table: StateTable<T>,
    private readonly context: KeyContext,
    serializer: TypeSerializer<T>,
    private readonly absent: () => Absent,
  ) {
    this.copy = (value) => serializer.copy(value);
  }

  value(): T | Absent {
    const value = this.table.get(this.context.keyGroup, this.context.mapKey, this.copy);
    return value === undefined ? this.absent() : value;
  }

  update(value: T): void {
    if (value === undefined) {
      throw userError(
        'state.undefined',
        `State "${this.name}" was updated with undefined.`,
        'Use clear() to forget a value.',
      );
    }
    this.table.set(this.context.keyGroup, this.context.mapKey, value);
  }

  clear(): void {
    this.table.delete(this.context.keyGroup, this.context.mapKey);
  }
}
