import type { KeyedStateMetaInfo, OperatorStateMetaInfo } from '../formats/keyed/stateMetaInfo';
import type { StateDescription } from './keyedBackend';

const keyedKinds = {
  VALUE: 'value',
  LIST: 'list',
  MAP: 'map',
  REDUCING: 'reducing',
  FOLDING: 'aggregating',
  AGGREGATING: 'aggregating',
} as const;

const operatorKinds = { split: 'operator-list', union: 'operator-union', broadcast: 'broadcast' } as const;

/** A state in words, the same whether it is alive or in a snapshot. `keyType` is that of keyed state. */
export function describeState(
  info: KeyedStateMetaInfo | OperatorStateMetaInfo,
  keyType?: string,
): Pick<StateDescription, 'kind' | 'type' | 'keyType'> {
  switch (info.kind) {
    case 'keyValue':
      return { kind: keyedKinds[info.type], type: info.value.describe(), ...keyed(keyType) };
    case 'priorityQueue':
      return { kind: 'timers', type: info.element.describe(), ...keyed(keyType) };
    case 'operator':
      return { kind: operatorKinds[info.mode], type: info.element.describe() };
    case 'broadcast':
      return { kind: 'broadcast', type: info.value.describe(), keyType: info.key.describe() };
  }
}

function keyed(keyType: string | undefined): { readonly keyType?: string } {
  return keyType === undefined ? {} : { keyType };
}
