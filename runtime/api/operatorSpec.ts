import type { StreamGraph, StreamNode } from '../graph/streamGraph';
import type { ReduceFunction } from './aggregations';
import type { AnyBroadcastProcessFunction } from './broadcastFunctions';
import type { AnyCoProcessFunction, CoFlatMapFunction, CoMapFunction } from './coFunctions';
import type { Collector, KeyedProcessFunction, ProcessFunction } from './functions';
import type { SinkSpec } from './sinks';
import type { SourceSpec } from './sources';
import type { MapStateDescriptor } from './state';
import type { TypeSpec } from './types';
import type { TimestampAssigner, WatermarkGenerator } from './watermarks';
import type { WindowSpec } from './windowing/windowSpec';

/** What a keyed operator is keyed by. The sender of a hash edge finds it at the edge's target and applies it to its own output rows. */
export interface KeySpec {
  readonly keySelector: (value: unknown) => unknown;
  readonly keyType: TypeSpec;
}

/** The keys of an operator with two inputs. Keyed state is there when both have one. */
export type KeyPair = readonly [KeySpec | undefined, KeySpec | undefined];

/** The user functions of one operator, erased to unknown rows: what the runtime calls. */
export type OperatorSpec =
  | {
      readonly kind: 'source';
      readonly source: SourceSpec;
      readonly watermarks: {
        readonly generator: WatermarkGenerator;
        readonly timestampAssigner?: TimestampAssigner<unknown>;
        readonly idlenessMs?: number;
      };
    }
  | { readonly kind: 'map'; readonly map: (value: unknown) => unknown }
  | { readonly kind: 'filter'; readonly filter: (value: unknown) => boolean }
  | { readonly kind: 'flatMap'; readonly flatMap: (value: unknown, out: Collector<unknown>) => void }
  | { readonly kind: 'process'; readonly process: ProcessFunction<unknown, unknown> }
  | {
      readonly kind: 'keyedProcess';
      readonly key: KeySpec;
      readonly process: KeyedProcessFunction<unknown, unknown, unknown>;
    }
  | { readonly kind: 'window'; readonly key: KeySpec; readonly window: WindowSpec }
  | {
      readonly kind: 'reduce';
      readonly key: KeySpec;
      readonly reduce: ReduceFunction<unknown>;
      readonly valueType: TypeSpec;
    }
  | { readonly kind: 'coMap'; readonly keys: KeyPair; readonly map: CoMapFunction<unknown, unknown, unknown> }
  | {
      readonly kind: 'coFlatMap';
      readonly keys: KeyPair;
      readonly flatMap: CoFlatMapFunction<unknown, unknown, unknown>;
    }
  | { readonly kind: 'coProcess'; readonly keys: KeyPair; readonly process: AnyCoProcessFunction }
  | {
      readonly kind: 'broadcastProcess';
      /** Of the first input; the second one is broadcast. */
      readonly key: KeySpec | undefined;
      readonly process: AnyBroadcastProcessFunction;
      readonly states: readonly MapStateDescriptor[];
    }
  | { readonly kind: 'sink'; readonly sink: SinkSpec };

export type JobStreamNode = StreamNode<OperatorSpec>;
export type JobStreamGraph = StreamGraph<OperatorSpec>;

/** The key of each input, in order; undefined: that input is not keyed. */
export function keysOf(spec: OperatorSpec): readonly (KeySpec | undefined)[] {
  switch (spec.kind) {
    case 'keyedProcess':
    case 'window':
    case 'reduce':
      return [spec.key];
    case 'coMap':
    case 'coFlatMap':
    case 'coProcess':
      return spec.keys;
    case 'broadcastProcess':
      return [spec.key, undefined];
    case 'source':
    case 'map':
    case 'filter':
    case 'flatMap':
    case 'process':
    case 'sink':
      return [];
  }
}

/**
 * The type of the keys of the operator's state and timers; undefined: it has no keyed state. Of two connected streams both must be keyed,
 * beside a broadcast one the other.
 */
export function stateKeyType(spec: OperatorSpec): TypeSpec | undefined {
  const keys = spec.kind === 'broadcastProcess' ? [spec.key] : keysOf(spec);
  return keys.includes(undefined) ? undefined : keys[0]?.keyType;
}
