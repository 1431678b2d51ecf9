/** What full snapshots leave out of states with a time to live; Flink's `TtlStateSnapshotTransformer`. */
import type { TtlValue } from '../formats/serializers/streaming';
import type { Ttl } from './ttl';

/** What a snapshot keeps of a stored value at a time in epoch ms; undefined when nothing. Leaves the value itself as it is. */
export type SnapshotFilter = (stored: unknown, nowMs: number) => unknown;

/** For what expires as a whole. All filters are undefined where snapshots keep everything. */
export function valueFilter(ttl: Ttl): SnapshotFilter | undefined {
  return enabled(ttl, (stored, nowMs) => (ttl.isExpired(stored as TtlValue<unknown>, nowMs) ? undefined : stored));
}

export function listFilter(ttl: Ttl): SnapshotFilter | undefined {
  return enabled(ttl, (stored, nowMs) => {
    const alive = (stored as TtlValue<unknown>[]).filter((element) => !ttl.isExpired(element, nowMs));
    return alive.length === 0 ? undefined : alive;
  });
}

export function mapFilter(ttl: Ttl): SnapshotFilter | undefined {
  return enabled(ttl, (stored, nowMs) => {
    const alive = [...(stored as Map<unknown, TtlValue<unknown>>)].filter(([, value]) => !ttl.isExpired(value, nowMs));
    return alive.length === 0 ? undefined : new Map(alive);
  });
}

function enabled(ttl: Ttl, filter: SnapshotFilter): SnapshotFilter | undefined {
  return ttl.config.cleanupInFullSnapshot ? filter : undefined;
}
