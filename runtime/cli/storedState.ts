import { lineLogger } from '../host/logger';
import { NodeDisk } from '../host/nodeDisk';
import { lookUpKey } from '../inspect/lookUp';
import { openSnapshot, type Snapshot } from '../inspect/snapshot';
import type { StateEntryInfo } from '../cluster/model';
import { keyJson } from './keys';
import type { CliWorld } from './world';

/** Snapshots on the disk of this machine, read without an engine. */

export const disk = new NodeDisk();

/** A snapshot where it was typed. Rejects with `snapshot.not-found` or `snapshot.unreadable`. */
export function openStored(world: CliWorld, path: string): Promise<Snapshot> {
  const log = lineLogger('job-state', 'warn', (line) => world.writeError(line));
  return openSnapshot(disk, log, world.resolve(path));
}

/** All entries of a key as it is typed. */
export async function storedKey(
  world: CliWorld,
  from: string,
  question: { readonly operator: string; readonly state: string },
  key: string,
): Promise<readonly StateEntryInfo[]> {
  const snapshot = await openStored(world, from);
  const exact = await lookUpKey(disk, snapshot, question, keyJson(key, undefined));
  return exact.length > 0 ? exact : lookUpKey(disk, snapshot, question, JSON.stringify(key));
}
