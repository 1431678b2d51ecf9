/** `npm run build`: bundles into dist/. `--production` leaves the source maps out. */
import { statSync } from 'node:fs';
import { main } from './lib/failure.mjs';
import { buildBundles } from './lib/bundles.mjs';
import { buildDeclarations } from './lib/declarations.mjs';
import { fromRoot } from './lib/paths.mjs';

await main(async () => {
  const production = process.argv.includes('--production');
  const [files] = await Promise.all([buildBundles(fromRoot('dist'), { production }), buildDeclarations()]);
  const sizes = files.map((file) => `${file} ${Math.ceil(statSync(fromRoot('dist', file)).size / 1000)} kB`);
  console.log(`dist/: ${sizes.join(', ')}`);
});
