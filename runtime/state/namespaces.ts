import { DataOutput } from '../formats/dataOutput';
import type { TypeSerializer } from '../formats/serializer';
import { sameSnapshot } from '../formats/serializers/snapshots';
import { TIME_WINDOW, VOID_NAMESPACE, type TimeWindow } from '../formats/serializers/streaming';

/** True for the namespace of state that has none. */
export function isVoidNamespace(serializer: TypeSerializer<unknown>): boolean {
  return serializer === VOID_NAMESPACE || sameSnapshot(serializer.snapshot, VOID_NAMESPACE.snapshot);
}

/** The embedded runtime's own serializer where it has one of the same bytes, so that restored namespaces are the values it works with. */
export function ownNamespace(stored: TypeSerializer<unknown>): TypeSerializer<unknown> {
  if (isVoidNamespace(stored)) return VOID_NAMESPACE;
  return sameSnapshot(stored.snapshot, TIME_WINDOW.snapshot) ? TIME_WINDOW : stored;
}

/** Tells whether two namespaces of one kind are the same. */
export function namespaceEquality<N>(serializer: TypeSerializer<N>): (a: N, b: N) => boolean {
  // TIME_WINDOW is a serializer of time windows: N is one.
  if (Object.is(serializer, TIME_WINDOW)) return sameWindow as (a: unknown, b: unknown) => boolean;
  return (a, b) => a === b || (typeof a === 'object' && sameBytes(bytesOf(serializer, a), bytesOf(serializer, b)));
}

/** A text that is the same for the same namespace only, and that no other begins with; empty for the void one. */
export function namespaceIdentity(serializer: TypeSerializer<unknown>): (namespace: unknown) => string {
  if (Object.is(serializer, TIME_WINDOW)) {
    return (namespace) => {
      const { start, end } = namespace as TimeWindow;
      return `${start}:${end}:`;
    };
  }
  if (isVoidNamespace(serializer)) return () => '';
  return (namespace) => `${bytesOf(serializer, namespace).join()}:`;
}

function sameWindow(a: TimeWindow, b: TimeWindow): boolean {
  return a.start === b.start && a.end === b.end;
}

function bytesOf<N>(serializer: TypeSerializer<N>, namespace: N): Uint8Array {
  const out = new DataOutput(32);
  serializer.serialize(namespace, out);
  return out.toBytes();
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
