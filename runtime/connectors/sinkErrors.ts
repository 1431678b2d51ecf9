import { externalError, JobStateError } from '../base/errors';

/** What the disk says, in words about the sink. A full or read-only disk goes on as it is: its own words say what to do. */
export function sinkError(directory: string, thrown: unknown): Error {
  if (!(thrown instanceof JobStateError)) return thrown instanceof Error ? thrown : new Error(String(thrown));
  const options = { subject: { file: thrown.subject.file ?? directory }, cause: thrown };
  switch (thrown.code) {
    case 'disk.not-found':
      return externalError(
        'sink.vanished',
        `${options.subject.file}, a file or directory of the sink, has vanished.`,
        'Leave what a sink writes alone while its job runs; the job writes the rows again from its last checkpoint.',
        options,
      );
    case 'disk.denied':
      return externalError(
        'sink.denied',
        `There is no permission to write ${options.subject.file} for the sink.`,
        'Change its permissions, or give the sink another path.',
        options,
      );
    default:
      return thrown;
  }
}

/** The directory of a sink cannot be made. */
export function directoryError(directory: string, thrown: unknown): Error {
  const isInTheWay =
    thrown instanceof JobStateError && (thrown.code === 'disk.exists' || thrown.code === 'disk.not-found');
  if (!isInTheWay) return sinkError(directory, thrown);
  return externalError(
    'sink.not-a-directory',
    `The sink cannot write into ${directory}: a file is in the way of that directory.`,
    'Remove the file, or give the sink another path.',
    { subject: { file: directory }, cause: thrown },
  );
}
