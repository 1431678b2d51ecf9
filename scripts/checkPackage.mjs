/**
 * `npm run package:check`: installs the .vsix that `npm run package` made, alone, in an empty profile, and proves on an empty folder
 * outside the checkout, without a network where it can be cut off, that it activates and runs the example.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './lib/chromium.mjs';
import { cleanUp, removeAtEnd } from './lib/cleanup.mjs';
import { Failure, main } from './lib/failure.mjs';
import { leavingNothing } from './lib/leftovers.mjs';
import { temporaryFolder } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { temporaryProfile } from './lib/profile.mjs';
import { runInVSCode, suiteFile } from './lib/vscodeHost.mjs';
import { vsixPath } from './lib/vsix.mjs';
import { installVsix } from './lib/webServer.mjs';
import { ensureWebVSCode } from './lib/webVSCode.mjs';

/** Runs a command in a network of its own that has nothing but the loopback interface. */
const cutOff = ['--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

const canCutOff = () => spawnSync('unshare', [...cutOff, 'true']).status === 0;

/** An extension that does nothing: VS Code runs tests only beside one that is under development. */
function carrier(folder) {
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'carrier', publisher: 'job-state', version: '0.0.0', engines: { vscode: '*' } }),
  );
  return folder;
}

async function check() {
  const folder = removeAtEnd(temporaryFolder('package'));
  const profile = temporaryProfile();
  const { code, output } = await installVsix(profile, vsixPath);
  console.log(output.trim());
  if (code !== 0) throw new Failure('The package could not be installed.');
  const workspace = join(folder, 'empty');
  mkdirSync(workspace);
  const name = 'packagedExample';
  return (await runInVSCode({
    name,
    contents: suiteFile(name),
    workspace,
    profile,
    extension: carrier(join(folder, 'carrier')),
  }))
    ? 0
    : 1;
}

await main(async () => {
  if (!existsSync(vsixPath)) throw new Failure(`${vsixPath} is not there: run \`npm run package\` first.`);
  const offline = process.argv.includes('--offline');
  try {
    if (offline) return await leavingNothing(check);
    await ensureWebVSCode();
    await ensureChromium();
    if (!canCutOff()) {
      console.log('The network cannot be cut off here (that takes root, unshare and ip): checking with it.');
      return await leavingNothing(check);
    }
    return (
      await run('unshare', [...cutOff, process.execPath, fileURLToPath(import.meta.url), '--offline'], { show: true })
    ).code;
  } finally {
    await cleanUp();
  }
});
