/**
 * `npm run test:vscode`: runs test/vscode/*.test.ts with mocha in a real VS Code and ends with `N passed, N failed`.
 * An argument chooses the files whose path holds it. The extension must have been built.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cleanUp } from './lib/cleanup.mjs';
import { inWords, noTests, takeCounts } from './lib/counts.mjs';
import { Failure, main } from './lib/failure.mjs';
import { filesBelow } from './lib/files.mjs';
import { fromRoot } from './lib/paths.mjs';
import { runInVSCode } from './lib/vscodeHost.mjs';

/** The suite: mocha's runner and, behind functions, the files of tests. */
const suiteOf = (files) => `
import { runSuites } from './test/vscode/index';
export const run = () => runSuites([${files.map((file) => `() => require(${JSON.stringify(`./${file}`)})`).join(', ')}]);
`;

await main(async () => {
  const chosen = process.argv[2] ?? '';
  const files = filesBelow('test/vscode', '.test.ts').filter((file) => file.includes(chosen));
  if (files.length === 0) throw new Failure(`No file of tests below test/vscode has "${chosen}" in its path.`);
  mkdirSync(fromRoot('out'), { recursive: true });
  const countsFile = process.env.JOB_STATE_TEST_COUNTS ?? fromRoot('out', 'vscode-counts.json');
  try {
    const succeeded = await runInVSCode({
      name: 'tests',
      contents: suiteOf(files),
      // Every folder is trusted by the server; only windows that ask for trust themselves follow the setting.
      // The web VS Code comes without a TypeScript: ours checks the jobs that are written.
      settings: {
        'security.workspace.trust.enabled': true,
        'typescript.tsdk': fromRoot('node_modules', 'typescript', 'lib'),
      },
      env: { JOB_STATE_TEST_COUNTS: countsFile },
    });
    const counts = takeCounts(countsFile) ?? { ...noTests, failed: 1 };
    if (process.env.JOB_STATE_TEST_COUNTS) writeFileSync(countsFile, JSON.stringify(counts));
    console.log(inWords(counts));
    return succeeded && counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } finally {
    await cleanUp();
  }
});
