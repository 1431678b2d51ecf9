import { JobStateError } from '../base/errors';
import type { KeyContext } from './keyContext';
import type { NamespacedTable } from './namespacedTable';
import type { StateTable } from './stateTable';

/** The value of one state for the current key, in the current namespace where the state has any (null where not). */
export interface CurrentValue<T, N> {
  /** Scopes what follows. */
  setNamespace(namespace: N): void;
  /** What `copy` (the serializer's, when left out) makes of it while a snapshot still needs it; undefined when there is none. */
  read(copy?: (value: T) => T): T | undefined;
  write(value: T): void;
  remove(): void;
}

/** What states use of a StateTable. */
export type PlainTable<T> = Pick<StateTable<T>, 'get' | 'set' | 'delete'>;

/** What states use of a NamespacedTable. */
export type TableWithNamespaces<T, N> = Pick<NamespacedTable<T, N>, 'get' | 'set' | 'delete'>;

/** In a state without namespaces. */
export class KeyValue<T> implements CurrentValue<T, null> {
  constructor(
    private readonly table: PlainTable<T>,
    private readonly context: KeyContext,
    private readonly copy: (value: T) => T,
  ) {}

  setNamespace(): void {
    return undefined;
  }

  read(copy = this.copy): T | undefined {
    return this.table.get(this.context.keyGroup, this.context.mapKey, copy);
  }

  write(value: T): void {
    this.table.set(this.context.keyGroup, this.context.mapKey, value);
  }

  remove(): void {
    this.table.delete(this.context.keyGroup, this.context.mapKey);
  }
}

/** In a state with namespaces. */
export class NamespaceValue<T, N> implements CurrentValue<T, N> {
  /** undefined until the first one is set. */
  private namespace: N | undefined;

  constructor(
    private readonly table: TableWithNamespaces<T, N>,
    private readonly context: KeyContext,
    private readonly copy: (value: T) => T,
  ) {}

  setNamespace(namespace: N): void {
    this.namespace = namespace;
  }

  read(copy = this.copy): T | undefined {
    return this.table.get(this.context.keyGroup, this.context.mapKey, this.current(), copy);
  }

  write(value: T): void {
    this.table.set(this.context.keyGroup, this.context.mapKey, value, this.current());
  }

  remove(): void {
    this.table.delete(this.context.keyGroup, this.context.mapKey, this.current());
  }

  private current(): N {
    if (this.namespace !== undefined) return this.namespace;
    throw new JobStateError('internal.no-namespace', 'State was used before its namespace was set.');
  }
}
