import type { KeyedHandle, StreamHandle } from './handles';

/** Bytes of state behind a handle. */
export function streamHandleSizeBytes(handle: StreamHandle): number {
  switch (handle.t) {
    case 'bytes':
      return handle.data.length;
    case 'file':
    case 'relative':
    case 'segment':
      return handle.sizeBytes;
    case 'emptySegment':
      return 0;
  }
}

/** Bytes of state behind a handle, also those that it shares with older checkpoints; Flink's `StateObject.getStateSize`. */
export function keyedHandleSizeBytes(handle: KeyedHandle): number {
  switch (handle.t) {
    case 'keyGroups':
    case 'savepoint':
      return streamHandleSizeBytes(handle.data);
    case 'incremental':
      return (
        streamHandleSizeBytes(handle.meta) +
        sum([...handle.shared, ...handle.private].map((file) => streamHandleSizeBytes(file.data)))
      );
    case 'changelog':
      return sum([...handle.materialized, ...handle.delta].map(keyedHandleSizeBytes));
    case 'changes':
      return sum(handle.changes.map((change) => change.data.length));
    case 'changeFiles':
      return handle.sizeBytes;
  }
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
