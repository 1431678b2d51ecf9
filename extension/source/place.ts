import type { ErrorData } from '../../runtime/base/errors';
import { plainPath } from '../tree/model/checkpointRows';

/** Where in a source file an error lies: `file:line` of its subject, or of the first frame of its stack that names a job's file. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The place in a `.ts` file that an error is about, when it says one. */
export function placeOfError(data: ErrorData): Place | undefined {
  const { file, position } = data.subject;
  if (file !== undefined && /\.[cm]?tsx?$/.test(file)) return { file: plainPath(file), line: position ?? 1 };
  const frame = /(?:\(|\s|^)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^\s():]+\.[cm]?tsx?):(\d+)/m.exec(data.stack ?? '');
  if (frame?.[1] !== undefined) return { file: plainPath(frame[1]), line: Number(frame[2]) };
  return data.cause === undefined ? undefined : placeOfError(data.cause);
}
