/** What an operator with two inputs is made from, and what is checked of it. */
import { KeyedBroadcastProcessFunction, type AnyBroadcastProcessFunction } from './broadcastFunctions';
import { KeyedCoProcessFunction, type AnyCoProcessFunction } from './coFunctions';
import { checkKeyType } from './keyHash';
import type { KeyPair, KeySpec, OperatorSpec } from './operatorSpec';
import type { MapStateDescriptor } from './state';
import { checkBroadcastKey, checkKeyed, checkSameKeyType } from './streamChecks';
import { partitioned, type Upstream } from './streamGraphBuilder';
import type { TypeSpec } from './types';

/** One side of connected streams. */
export interface ConnectedInput {
  readonly upstream: readonly Upstream[];
  readonly key?: KeySpec;
}

/** An operator and Flink's name for its kind, which it has until its author gives it another. */
export interface NamedOperator {
  readonly name: string;
  readonly operator: OperatorSpec;
}

/** Both sides of connected streams. */
export class ConnectedInputs {
  constructor(
    private readonly first: ConnectedInput,
    private readonly second: ConnectedInput,
  ) {}

  get keys(): KeyPair {
    return [this.first.key, this.second.key];
  }

  /** Of each input, for an operator that reads both; refused when their keys do not fit together. */
  get upstreams(): readonly (readonly Upstream[])[] {
    checkSameKeyType(this.keys);
    return [this.first.upstream, this.second.upstream];
  }

  keyBy(key1: KeySpec['keySelector'], key2: KeySpec['keySelector'], keyType: TypeSpec): ConnectedInputs {
    checkKeyType(keyType);
    const keyed = ({ upstream }: ConnectedInput, keySelector: KeySpec['keySelector']): ConnectedInput => ({
      upstream: partitioned(upstream, 'hash'),
      key: { keySelector, keyType },
    });
    return new ConnectedInputs(keyed(this.first, key1), keyed(this.second, key2));
  }
}

/** With keyed state and timers where both streams are keyed. */
export function coProcess(keys: KeyPair, process: AnyCoProcessFunction): NamedOperator {
  const needsKeys = process instanceof KeyedCoProcessFunction;
  if (needsKeys) checkKeyed(keys);
  return { name: needsKeys ? 'Co-Keyed-Process' : 'Co-Process', operator: { kind: 'coProcess', keys, process } };
}

/** @param key of the stream that is not broadcast */
export function broadcastProcess(
  key: KeySpec | undefined,
  process: AnyBroadcastProcessFunction,
  states: readonly MapStateDescriptor[],
): NamedOperator {
  const needsKey = process instanceof KeyedBroadcastProcessFunction;
  checkBroadcastKey(needsKey, key !== undefined);
  return {
    name: needsKey ? 'Co-Process-Broadcast-Keyed' : 'Co-Process-Broadcast',
    operator: { kind: 'broadcastProcess', key, process, states },
  };
}
