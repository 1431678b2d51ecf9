/**
 * `node scripts/runSuite.mjs NAME`: runs test/vscode/suites/NAME.ts in a real VS Code; ends with 0 when its `run` resolved. Its
 * environment is ours. The extension must have been built.
 */
import { existsSync } from 'node:fs';
import { cleanUp } from './lib/cleanup.mjs';
import { Failure, main } from './lib/failure.mjs';
import { fromRoot } from './lib/paths.mjs';
import { runInVSCode, suiteFile } from './lib/vscodeHost.mjs';

await main(async () => {
  const name = process.argv[2] ?? '';
  if (!existsSync(fromRoot('test', 'vscode', 'suites', `${name}.ts`)))
    throw new Failure(`There is no test/vscode/suites/${name}.ts.`);
  try {
    return (await runInVSCode({ name, contents: suiteFile(name) })) ? 0 : 1;
  } finally {
    await cleanUp();
  }
});
