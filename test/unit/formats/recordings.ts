/** Snapshots that Flink itself wrote: small ones in test/fixtures/flink, all of them in ../shared/fixtures where that exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointMetadata, StreamHandle } from '../../../runtime/formats/handles';
import { readMetadata } from '../../../runtime/formats/metadata/metadata';

export const copied = join(import.meta.dirname, '../../fixtures/flink');
export const shared = join(import.meta.dirname, '../../../../shared/fixtures');

/** For the options of a test that needs the shared recordings. */
export const whenShared = existsSync(shared) ? {} : { skip: '../shared/fixtures is not here' };

export interface ExpectedHandle {
  readonly class: string;
  readonly keyGroups?: readonly [number, number];
  readonly stateSize?: number;
  readonly checkpointedSize?: number;
  readonly stateHandleId?: string;
  readonly offsets?: readonly number[];
  readonly states?: Readonly<Record<string, { readonly mode: string; readonly offsets: readonly number[] }>>;
  readonly delegate?: ExpectedStream;
}

export interface ExpectedStream {
  readonly class: string;
  readonly size?: number;
  readonly name?: string;
  readonly path?: string;
  readonly relativePath?: string;
}

export interface ExpectedOperator {
  readonly operatorId: string;
  readonly name?: string | null;
  readonly uid?: string | null;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly coordinatorState?: ExpectedStream;
  readonly subtasks: Readonly<Record<string, Readonly<Record<string, readonly ExpectedHandle[]>>>>;
}

export interface ExpectedSnapshot {
  readonly path: string;
  readonly kind: string;
  readonly metadata: {
    readonly checkpointId: number;
    readonly properties: string;
    readonly operators: readonly ExpectedOperator[];
  };
  /** By uid or operator id, by state name. */
  readonly state?: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
}

export interface Snapshot {
  readonly directory: string;
  /** The case folder, which stands for `/flink` in paths. */
  readonly root: string;
  readonly bytes: Uint8Array;
  readonly metadata: CheckpointMetadata;
  readonly expected: ExpectedSnapshot;
}

/** The snapshots of one case folder with what Flink read from them. */
export function snapshotsOf(root: string): Snapshot[] {
  const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as {
    snapshots: readonly ExpectedSnapshot[];
  };
  return expected.snapshots.map((snapshot) => {
    const directory = join(root, snapshot.path);
    const bytes = readFileSync(join(directory, '_metadata'));
    return { directory, root, bytes, metadata: readMetadata(bytes, '_metadata'), expected: snapshot };
  });
}

/** The bytes that a handle names. */
export function bytesOf(
  handle: StreamHandle,
  snapshot: { readonly directory: string; readonly root: string },
): Uint8Array {
  switch (handle.t) {
    case 'bytes':
      return handle.data;
    case 'relative':
      return readFileSync(join(snapshot.directory, handle.path));
    case 'file':
      return readFileSync(onDisk(handle.uri, snapshot.root));
    case 'segment':
      return readFileSync(onDisk(handle.uri, snapshot.root)).subarray(
        handle.position,
        handle.position + handle.sizeBytes,
      );
    case 'emptySegment':
      return new Uint8Array();
  }
}

function onDisk(uri: string, root: string): string {
  return join(root, uri.replace(/^file:\/flink\//, ''));
}

/** All `_metadata` files below a directory. */
export function metadataFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file === '_metadata' || file.endsWith('/_metadata'))
    .map((file) => join(directory, file))
    .sort();
}

/** Case folders of a version of Flink whose names match. */
export function cases(version: string, names: RegExp): string[] {
  const folder = join(shared, 'flink-recorded', version);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => names.test(name))
    .map((name) => join(folder, name));
}
