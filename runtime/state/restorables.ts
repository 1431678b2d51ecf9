import type { Env } from '../base/env';
import type { KeyGroupsHandle, OperatorHandle } from '../formats/handles';
import type { CloseableRegistry } from './closeableRegistry';
import { DefaultOperatorStateBackend } from './defaultOperatorStateBackend';
import { HeapKeyedBackend, type KeyedBackendConfig } from './heapKeyedBackend';
import type { Restorable } from './restoreProcedure';

/** How the restore procedure makes and fills a heap keyed backend. `description` as in {@link Restorable}. */
export function keyedRestorable(
  env: Pick<Env, 'clock' | 'random'>,
  config: KeyedBackendConfig,
  description: string,
  open: CloseableRegistry,
): Restorable<HeapKeyedBackend, KeyGroupsHandle> {
  return {
    state: 'keyed',
    description,
    create: () => new HeapKeyedBackend(env, config),
    restore: (backend, handle, source) => backend.restore(handle, source, open),
  };
}

/** How the restore procedure makes and fills an operator state backend. */
export function operatorRestorable(description: string): Restorable<DefaultOperatorStateBackend, OperatorHandle> {
  return {
    state: 'operator',
    description,
    create: () => new DefaultOperatorStateBackend(),
    restore: (backend, handle, source) => backend.restore(handle, source),
  };
}
