/** `npm run package`: makes out/job-state-<target>.vsix for this platform, offline. */
import { statSync } from 'node:fs';
import { Failure, main } from './lib/failure.mjs';
import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { stage } from './lib/stage.mjs';
import { target, vsixPath } from './lib/vsix.mjs';

await main(async () => {
  const folder = fromRoot('out', 'stage');
  await stage(folder, target);
  const vsce = fromRoot('node_modules', '@vscode', 'vsce', 'vsce');
  const args = ['package', '--no-dependencies', '--target', target, '--out', vsixPath];
  const { code, output } = await run(process.execPath, [vsce, ...args], { cwd: folder });
  if (code !== 0) throw new Failure(`The package could not be made:\n${output.trim()}`);
  console.log(output.trim());
  console.log(`${vsixPath}: ${(statSync(vsixPath).size / 1e6).toFixed(1)} MB`);
});
