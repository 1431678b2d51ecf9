/** Description of one state in the header of a state file; Flink's `StateMetaInfoSnapshot`, format 6 = 7. */
import { unreachable } from '../../base/errors';
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { OperatorStateMode } from '../handles';
import type { TypeSerializer } from '../serializer';
import { readProxiedSerializer } from '../serializers/registry';
import { writeProxied } from '../serializers/snapshots';

const keyedStateTypes = ['VALUE', 'LIST', 'REDUCING', 'FOLDING', 'AGGREGATING', 'MAP'] as const;

/** Flink's `StateDescriptor.Type`; FOLDING only occurs in old snapshots. */
export type KeyedStateType = (typeof keyedStateTypes)[number];

export type KeyedStateMetaInfo =
  | {
      readonly kind: 'keyValue';
      readonly name: string;
      readonly type: KeyedStateType;
      readonly namespace: TypeSerializer<unknown>;
      /** Of the whole state: a ListSerializer for LIST, a MapSerializer for MAP. */
      readonly value: TypeSerializer<unknown>;
      /** State of the asynchronous API of Flink 2 (type ordinal 4); its map states may name their key's serializer apart. */
      readonly v2?: { readonly userKey?: TypeSerializer<unknown> };
    }
  /** Timers: the element is a TimerSerializer. */
  | { readonly kind: 'priorityQueue'; readonly name: string; readonly element: TypeSerializer<unknown> };

export type OperatorStateMetaInfo =
  | {
      readonly kind: 'operator';
      readonly name: string;
      readonly mode: OperatorStateMode;
      readonly element: TypeSerializer<unknown>;
    }
  | {
      readonly kind: 'broadcast';
      readonly name: string;
      readonly key: TypeSerializer<unknown>;
      readonly value: TypeSerializer<unknown>;
    };

/** Ordinals of Flink's `BackendStateType`. */
const kinds = { keyValue: 0, operator: 1, broadcast: 2, priorityQueue: 3, keyValueV2: 4 } as const;

const modeNames = { split: 'SPLIT_DISTRIBUTE', union: 'UNION', broadcast: 'BROADCAST' } as const;

const keyedType = 'KEYED_STATE_TYPE';
const distribution = 'OPERATOR_STATE_DISTRIBUTION_MODE';
const valueKey = 'VALUE_SERIALIZER';
const namespaceKey = 'NAMESPACE_SERIALIZER';
const keyKey = 'KEY_SERIALIZER';
const userKeyKey = 'USER_KEY_SERIALIZER';

export function readStateMetaInfo(input: DataInput): KeyedStateMetaInfo | OperatorStateMetaInfo {
  const at = input.position;
  const name = input.readUtf();
  const ordinal = input.readInt();
  const options = new Map<string, string>();
  for (let count = input.readCount('options', 4); count > 0; count--) options.set(input.readUtf(), input.readUtf());
  const serializers = new Map<string, TypeSerializer<unknown>>();
  for (let count = input.readCount('serializers', 2); count > 0; count--) {
    serializers.set(input.readUtf(), readProxiedSerializer(input));
  }
  const serializer = (key: string): TypeSerializer<unknown> => {
    const found = serializers.get(key);
    if (found === undefined) throw input.malformed(`The state "${name}" has no ${key}`, at);
    return found;
  };
  switch (ordinal) {
    case kinds.keyValue:
    case kinds.keyValueV2: {
      const type = keyedStateTypes.find((known) => known === options.get(keyedType));
      if (type === undefined) throw input.malformed(`The state "${name}" is of an unknown type`, at);
      const userKey = serializers.get(userKeyKey);
      const v2 = { v2: userKey === undefined ? {} : { userKey } };
      const [namespace, value] = [serializer(namespaceKey), serializer(valueKey)];
      return { kind: 'keyValue', name, type, namespace, value, ...(ordinal === kinds.keyValue ? {} : v2) };
    }
    case kinds.operator: {
      const mode = modeOf(options.get(distribution));
      if (mode === undefined) throw input.malformed(`The state "${name}" is of an unknown mode`, at);
      return { kind: 'operator', name, mode, element: serializer(valueKey) };
    }
    case kinds.broadcast:
      return { kind: 'broadcast', name, key: serializer(keyKey), value: serializer(valueKey) };
    case kinds.priorityQueue:
      return { kind: 'priorityQueue', name, element: serializer(valueKey) };
    default:
      throw input.malformed(`The state "${name}" is of the unknown kind ${ordinal}`, at);
  }
}

function modeOf(text: string | undefined): OperatorStateMode | undefined {
  return (['split', 'union', 'broadcast'] as const).find((mode) => modeNames[mode] === text);
}

/** Writes options and serializers in the order in which Flink's hash maps have them. */
export function writeStateMetaInfo(info: KeyedStateMetaInfo | OperatorStateMetaInfo, out: DataOutput): void {
  out.writeUtf(info.name);
  switch (info.kind) {
    case 'keyValue': {
      const userKey = info.v2?.userKey;
      writeKindAndOption(info.v2 === undefined ? kinds.keyValue : kinds.keyValueV2, keyedType, info.type, out);
      writeSerializers(
        [
          ...(userKey === undefined ? [] : [[userKeyKey, userKey] as const]),
          [valueKey, info.value],
          [namespaceKey, info.namespace],
        ],
        out,
      );
      return;
    }
    case 'priorityQueue':
      out.writeInt(kinds.priorityQueue);
      out.writeInt(0);
      writeSerializers([[valueKey, info.element]], out);
      return;
    case 'operator':
      writeKindAndOption(kinds.operator, distribution, modeNames[info.mode], out);
      writeSerializers([[valueKey, info.element]], out);
      return;
    case 'broadcast':
      writeKindAndOption(kinds.broadcast, distribution, modeNames.broadcast, out);
      writeSerializers(
        [
          [valueKey, info.value],
          [keyKey, info.key],
        ],
        out,
      );
      return;
    default:
      unreachable(info);
  }
}

function writeKindAndOption(kind: number, option: string, value: string, out: DataOutput): void {
  out.writeInt(kind);
  out.writeInt(1);
  out.writeUtf(option);
  out.writeUtf(value);
}

function writeSerializers(serializers: readonly (readonly [string, TypeSerializer<unknown>])[], out: DataOutput): void {
  out.writeInt(serializers.length);
  for (const [key, serializer] of serializers) {
    out.writeUtf(key);
    writeProxied(serializer.snapshot, out);
  }
}
