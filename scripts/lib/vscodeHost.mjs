/** Runs a suite inside the extension host of a real VS Code, with its window to look at and to click in. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { bundleSuite } from './bundles.mjs';
import { ensureChromium } from './chromium.mjs';
import { removeAtEnd } from './cleanup.mjs';
import { fromRoot, root, temporaryFolder } from './paths.mjs';
import { calmSettings, temporaryProfile, writeSettings } from './profile.mjs';
import { ensureWebVSCode } from './webVSCode.mjs';

/** The text of a suite that is a file of its own in test/vscode/suites/. */
export const suiteFile = (name) => `export { run } from './test/vscode/suites/${name}';`;

/**
 * `contents` is TypeScript text that exports `run(): Promise<void>`, its imports relative to the checkout. The workspace is a new
 * empty folder unless one is given, the profile is new unless one is given, the extension under test is the checkout unless another
 * folder is given. Resolves to true when `run` resolved.
 */
export async function runInVSCode({
  name,
  contents,
  workspace,
  profile,
  extension = root,
  settings = {},
  env = {},
  limitMs,
}) {
  await ensureWebVSCode();
  await ensureChromium();
  const suite = await bundleSuite(contents, fromRoot('out', 'test', 'vscode', `${name}.cjs`));
  const { userData, extensions } = profile ?? temporaryProfile();
  writeSettings(userData, { ...calmSettings, ...settings });
  try {
    await runTests({
      vscodeExecutablePath: fromRoot('scripts', 'vscodeLauncher.mjs'),
      extensionDevelopmentPath: extension,
      extensionTestsPath: suite,
      extensionTestsEnv: {
        JOB_STATE_ROOT: root,
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        ...(limitMs === undefined ? {} : { JOB_STATE_VSCODE_LIMIT_MS: String(limitMs) }),
        ...env,
      },
      launchArgs: [
        workspace ?? mkdtempSync(join(removeAtEnd(temporaryFolder('workspace')), 'w-')),
        `--user-data-dir=${userData}`,
        `--extensions-dir=${extensions}`,
      ],
    });
    return true;
  } catch (error) {
    if (error?.name === 'TestRunFailedError' || /^Test run /.test(error?.message ?? '')) return false;
    throw error;
  }
}
