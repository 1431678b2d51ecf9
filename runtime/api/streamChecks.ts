/** What is refused while streams are brought together. */
import { userError } from '../base/errors';
import type { KeyPair } from './operatorSpec';
import type { StreamGraphBuilder } from './streamGraphBuilder';

export function checkSameJob(one: StreamGraphBuilder, other: StreamGraphBuilder): void {
  if (one === other) return;
  throw userError(
    'job.other-environment',
    'Streams of two environments cannot be brought together.',
    'Make all sources of a job with the same StreamExecutionEnvironment.',
  );
}

export function checkSameKeyType([first, second]: KeyPair): void {
  if (first === undefined || second === undefined) return;
  const [one, other] = [JSON.stringify(first.keyType), JSON.stringify(second.keyType)];
  if (one === other) return;
  throw userError(
    'job.key-types-differ',
    `Connected streams have keys of different types: ${one} and ${other}.`,
    'Give both keyBy the same type.',
  );
}

export function checkKeyed(keys: KeyPair): void {
  if (!keys.includes(undefined)) return;
  throw userError(
    'job.not-keyed',
    'A KeyedCoProcessFunction can only be used when both streams are keyed.',
    'Call keyBy(selector1, selector2, type) on the connected streams, or use a CoProcessFunction.',
  );
}

/** As Flink: the function must fit the stream. */
export function checkBroadcastKey(needsKey: boolean, hasKey: boolean): void {
  if (needsKey === hasKey) return;
  throw userError(
    needsKey ? 'job.not-keyed' : 'job.keyed',
    needsKey
      ? 'A KeyedBroadcastProcessFunction can only be used on a keyed stream.'
      : 'A BroadcastProcessFunction can only be used on a stream without keys.',
    needsKey
      ? 'Call keyBy(...) before connect, or use a BroadcastProcessFunction.'
      : 'Use a KeyedBroadcastProcessFunction.',
  );
}
