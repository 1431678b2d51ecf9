/** The types that job authors see: declarations of runtime/api and of what it shows, without any code. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.mjs';
import { fromRoot } from './paths.mjs';
import { run } from './processes.mjs';

/** The compiler's command line, run by our own Node. */
const tsc = fromRoot('node_modules', 'typescript', 'bin', 'tsc');

/**
 * Writes the declarations into a folder, dist/types/ by default. The compiler keeps its own record beside them, so that an unchanged source costs a moment only.
 */
export async function buildDeclarations(folder = fromRoot('dist', 'types')) {
  if (!existsSync(fromRoot('runtime', 'api', 'index.ts'))) return;
  const place = ['--outDir', folder, '--tsBuildInfoFile', join(folder, '.tsbuildinfo')];
  const { code, output } = await run(process.execPath, [tsc, '--project', 'tsconfig.types.json', ...place]);
  if (code !== 0) throw new Failure(`The types for job authors could not be written:\n${output.trim()}`);
}
