import type { KeyedStateMetaInfo, OperatorStateMetaInfo } from '../formats/keyed/stateMetaInfo';

/** A state as its file describes it; kinds as in `StateMetrics` of the control messages. */
export interface StoredState {
  readonly name: string;
  readonly kind: string;
  /** The type of the value in words. */
  readonly type: string;
  readonly keyType?: string;
}

export function describeState(info: KeyedStateMetaInfo | OperatorStateMetaInfo, keyType?: string): StoredState {
  const named = { name: info.name, ...(keyType === undefined ? {} : { keyType }) };
  switch (info.kind) {
    case 'keyValue':
      return { ...named, kind: info.type.toLowerCase(), type: info.value.describe() };
    case 'priorityQueue':
      return { ...named, kind: 'timers', type: info.element.describe() };
    case 'operator':
      return {
        ...named,
        kind: info.mode === 'union' ? 'operator-union' : 'operator-list',
        type: info.element.describe(),
      };
    case 'broadcast':
      return { ...named, kind: 'broadcast', type: `MAP<${info.key.describe()}, ${info.value.describe()}>` };
  }
}
