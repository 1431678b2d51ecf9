/**
 * `npm run bench:flink`: the embedded runtime and Apache Flink side by side (test/flink/compare.ts, which has the options, such as
 * `--quick`). Gets Flink and builds the Java job when they are not there.
 */
import { mkdirSync } from 'node:fs';
import { build } from 'esbuild';
import { buildBundles } from './lib/bundles.mjs';
import { cleanUp } from './lib/cleanup.mjs';
import { main } from './lib/failure.mjs';
import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';

await main(async () => {
  try {
    const folder = fromRoot('out', 'flink');
    mkdirSync(folder, { recursive: true });
    await buildBundles(fromRoot('dist'));
    const outfile = fromRoot('out', 'flink', 'compare.mjs');
    await build({
      entryPoints: [fromRoot('test', 'flink', 'compare.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    });
    const { code } = await run(process.execPath, [outfile, ...process.argv.slice(2)], { show: true });
    return code;
  } finally {
    await cleanUp();
  }
});
