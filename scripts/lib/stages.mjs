/** What `npm test` runs: checks first, then tests in this order. A check either succeeds or not; a stage of tests counts its tests. */
import { filesBelow } from './files.mjs';
import { fromRoot } from './paths.mjs';

const bin = (name) => fromRoot('node_modules', '.bin', name);
const node = (...args) => [process.execPath, ...args];

/** node:test over all files of these folders; `concurrency` files at a time, each with a limit of its own. `longest` goes first. */
function nodeTests(folders, { concurrency, fileLimitMs, longest }) {
  const found = folders.flatMap((folder) => filesBelow(folder, '.test.ts'));
  const isLongest = (file) => longest !== undefined && file.endsWith(longest);
  const files = [...found.filter(isLongest), ...found.filter((file) => !isLongest(file))];
  const reporter = fromRoot('scripts', 'lib', 'countingReporter.mjs');
  const flags = [
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${fileLimitMs}`,
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
  ];
  return { files, command: node('--import', 'tsx', '--test', ...flags, ...files) };
}

/**
 * `commands` run one after the other. `files` marks a stage of tests: its runner writes its counts, and no files or no tests in
 * them is a failure. `limitMs` is for the whole stage. `onlyWhenNamed`: what takes more than Node and npm.
 */
export const stages = () => [
  { name: 'lint', commands: [[bin('eslint'), '.']], limitMs: 240_000 },
  { name: 'format', commands: [[bin('prettier'), '--check', '.', '--log-level', 'warn']], limitMs: 120_000 },
  {
    name: 'types',
    commands: [
      [bin('tsc'), '--noEmit'],
      [bin('tsc'), '-p', 'webview'],
    ],
    limitMs: 180_000,
  },
  {
    name: 'structure',
    commands: [
      [bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'extension', 'webview', 'runtime', 'test'],
      [bin('knip')],
    ],
    limitMs: 180_000,
  },
  { name: 'build', commands: [node('scripts/build.mjs')], limitMs: 60_000 },
  testStage(
    'unit',
    nodeTests(['test/unit', 'test/simulation', 'test/contract'], { concurrency: 2, fileLimitMs: 240_000 }),
    300_000,
  ),
  testStage(
    'processes',
    nodeTests(['test/processes'], { concurrency: 2, fileLimitMs: 120_000, longest: 'windowReload.test.ts' }),
    240_000,
  ),
  testStage('pages', nodeTests(['test/pages'], { concurrency: 1, fileLimitMs: 120_000 }), 180_000),
  testStage(
    'vscode',
    { files: filesBelow('test/vscode', '.test.ts'), command: node('scripts/testVSCode.mjs') },
    420_000,
  ),
  {
    ...testStage('flink', nodeTests(['test/flink'], { concurrency: 1, fileLimitMs: 900_000 }), 1_200_000),
    onlyWhenNamed: true,
  },
];

function testStage(name, { files, command }, limitMs) {
  return { name, files, commands: [command], limitMs };
}
