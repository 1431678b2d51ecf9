import { userError } from '../base/errors';
import { joinPath } from '../base/files';
import type { StreamHandle } from '../formats/handles';
import { pathOfUri } from '../base/fileUri';

/** Where the bytes of a handle lie. */
export type StateLocation =
  | { readonly inline: true; readonly data: Uint8Array }
  | { readonly inline: false; readonly path: string; readonly position: number; readonly sizeBytes: number };

/** The local path that a handle's URI names. Fails with `state.location` for other file systems. */
function localPathOf(uri: string): string {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(uri)?.[1];
  if (scheme === undefined || scheme === 'file') return pathOfUri(uri);
  throw userError(
    'state.location',
    `The state file ${uri} lies on another file system (${scheme}).`,
    'Copy the snapshot to a local folder, or take a self-contained savepoint there.',
    { subject: { file: uri } },
  );
}

/** `directory` is the one that holds the `_metadata`. */
export function locate(directory: string, handle: StreamHandle): StateLocation {
  switch (handle.t) {
    case 'bytes':
      return { inline: true, data: handle.data };
    case 'emptySegment':
      return { inline: true, data: new Uint8Array() };
    case 'relative':
      return {
        inline: false,
        path: joinPath(directory, handle.path),
        position: 0,
        sizeBytes: handle.sizeBytes,
      };
    case 'file':
      return { inline: false, path: localPathOf(handle.uri), position: 0, sizeBytes: handle.sizeBytes };
    case 'segment':
      return {
        inline: false,
        path: localPathOf(handle.uri),
        position: handle.position,
        sizeBytes: handle.sizeBytes,
      };
  }
}

/** For people: the path, or `in _metadata`. */
export function locationText(location: StateLocation): string {
  return location.inline ? 'in _metadata' : location.path;
}

export function locationSizeBytes(location: StateLocation): number {
  return location.inline ? location.data.length : location.sizeBytes;
}
