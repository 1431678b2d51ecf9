import { JobStateError } from '../base/errors';

/** The place an error is about: a file, if known, and a byte offset in it. */
export interface Place {
  readonly file?: string | undefined;
  readonly position?: number;
}

function subjectOf(place: Place): { file?: string; position?: number } {
  return {
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.position === undefined ? {} : { position: place.position }),
  };
}

/** The bytes are not what the format says; code `format.malformed`. */
export function malformed(message: string, place: Place = {}): JobStateError {
  return new JobStateError('format.malformed', withOffset(message, place), {
    domain: 'external',
    subject: subjectOf(place),
    advice: 'The file is damaged or is not of this format; take another snapshot.',
  });
}

/** The bytes end too early; code `format.truncated`. */
export function truncated(message: string, place: Place): JobStateError {
  return new JobStateError('format.truncated', withOffset(message, place), {
    domain: 'external',
    subject: subjectOf(place),
    advice: 'The file was cut off or not written to its end; take another snapshot.',
  });
}

/** Well-formed, but something we do not read; code `format.unsupported`. */
export function unsupported(message: string, advice: string, place: Place = {}): JobStateError {
  return new JobStateError('format.unsupported', withOffset(message, place), {
    domain: 'external',
    subject: subjectOf(place),
    advice,
  });
}

/** A value that its declared type cannot hold; code `format.value`. It is the job's fault. */
export function unwritable(message: string, advice: string): JobStateError {
  return new JobStateError('format.value', message, { domain: 'user', advice });
}

function withOffset(message: string, place: Place): string {
  return place.position === undefined ? message : `${message} at byte ${place.position}`;
}
