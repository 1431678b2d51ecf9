/** `npm run screenshots`: takes pictures of the example in a real VS Code, out/screenshots/*.png, and those of the documentation, docs/images/. */
import { buildBundles } from './lib/bundles.mjs';
import { cleanUp } from './lib/cleanup.mjs';
import { buildDeclarations } from './lib/declarations.mjs';
import { exampleWorkspace } from './lib/exampleWorkspace.mjs';
import { main } from './lib/failure.mjs';
import { fromRoot } from './lib/paths.mjs';
import { runInVSCode, suiteFile } from './lib/vscodeHost.mjs';

const name = 'screenshots';

await main(async () => {
  try {
    await Promise.all([buildBundles(fromRoot('dist')), buildDeclarations()]);
    const env = { JOB_STATE_IMAGES: fromRoot('docs', 'images') };
    return (await runInVSCode({ name, contents: suiteFile(name), workspace: exampleWorkspace(), env })) ? 0 : 1;
  } finally {
    await cleanUp();
  }
});
