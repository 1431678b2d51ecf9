import type { Disk } from '../base/env';
import { userError } from '../base/errors';
import { joinPath, readFile } from '../base/files';

/** How the names of the parts of a collecting sink end. */
const suffix = '.collected';

/** The committed rows in the directory of a collecting sink. */
export async function readCollected(disk: Disk, directory: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (const name of await disk.list(directory)) {
    if (!name.startsWith('part-') || !name.endsWith(suffix)) continue;
    const path = joinPath(directory, name);
    const lines = new TextDecoder().decode(await readFile(disk, path)).split('\n');
    lines.pop(); // behind the end of the last line
    for (const [index, line] of lines.entries()) rows.push(rowOf(line, path, index + 1));
  }
  return rows;
}

function rowOf(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    throw userError(
      'sink.not-collected',
      `Line ${number} of ${path} is not what a collecting sink writes.`,
      'Give the sink a directory of its own, and run the job again.',
      { subject: { file: path, position: number }, cause: error },
    );
  }
}
