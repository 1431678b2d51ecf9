/** Finding files of the checkout by the end of their names. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from './paths.mjs';

/** Paths relative to the checkout, sorted, of all files below `folder` whose name ends with `ending`; none when the folder is not there. */
export function filesBelow(folder, ending) {
  if (!existsSync(fromRoot(folder))) return [];
  return readdirSync(fromRoot(folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}
