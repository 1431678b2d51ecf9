/**
 * The floors of the house (docs/architecture.md), from the top. A folder may import its own files and those of lower floors;
 * folders on one floor do not know each other.
 */
const floors = [
  ['extension', 'webview'],
  ['runtime/cli', 'runtime/main', 'runtime/debugadapter', 'runtime/testing'],
  ['runtime/cluster'],
  ['runtime/inspect'],
  ['runtime/jobmanager', 'runtime/taskmanager', 'runtime/flink', 'runtime/compiler'],
  ['runtime/checkpoint', 'runtime/localrecovery'],
  ['runtime/state', 'runtime/connectors'],
  ['runtime/wire', 'runtime/rest', 'runtime/api', 'runtime/host'],
  ['runtime/formats', 'runtime/graph'],
  ['runtime/base'],
];

/** What the extension may see of the runtime; the rest runs in child processes only. */
const seenByExtension = ['cluster', 'inspect', 'debugadapter', 'formats', 'graph', 'rest', 'flink', 'base', 'host'];

/** What pages and the extension share: the types of their messages. */
const messages = '^webview/messages\\.ts$';

/** A floor is a folder, or a file beside it that is its entry: `runtime/main` is `runtime/main.ts` and `runtime/main/`. */
const pattern = (folder) => `^${folder}(\\.ts$|/)`;

const upward = floors.flatMap((floor, level) =>
  floor.map((folder) => ({
    name: `imports-point-downwards:${folder}`,
    comment: `${folder} may import only its own files and lower floors`,
    severity: 'error',
    from: { path: pattern(folder) },
    to: {
      path: [
        ...floors
          .slice(0, level + 1)
          .flat()
          .filter((other) => other !== folder),
      ].map(pattern),
      ...(folder === 'extension' ? { pathNot: messages } : {}),
    },
  })),
);

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'only-extension-imports-vscode',
      severity: 'error',
      from: { pathNot: '^(extension|test/vscode)/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'extension-sees-only-its-floor',
      severity: 'error',
      from: { path: '^extension/' },
      to: {
        path: '^runtime/',
        // "New Job" is text only; what it writes is tested beside the compiler that reads it.
        pathNot: [...seenByExtension.map((name) => `^runtime/${name}/`), '^runtime/compiler/newJob\\.ts$'],
      },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^(extension|runtime|webview)/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(vscode|job-state|tsx/esm/api)$' },
    },
    ...upward.filter((rule) => rule.to.path.length > 0),
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.cjs', '.json'] },
  },
};
