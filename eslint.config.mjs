import tseslint from 'typescript-eslint';

/** Folders whose code does I/O only through Env, so that the simulation can run it. */
const throughEnv = [
  'runtime/base',
  'runtime/formats',
  'runtime/graph',
  'runtime/api',
  'runtime/wire',
  'runtime/state',
  'runtime/localrecovery',
  'runtime/checkpoint',
  'runtime/taskmanager',
  'runtime/jobmanager',
];

const nodeIo = [
  'fs',
  'fs/promises',
  'net',
  'http',
  'https',
  'crypto',
  'child_process',
  'timers',
  'timers/promises',
  'worker_threads',
];

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'node_modules/**', '.vscode-test/**', 'test/fixtures/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['it', 'test', 'describe', 'suite'], package: 'node:test' },
          ],
        },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: throughEnv.map((folder) => `${folder}/**/*.ts`),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: nodeIo
            .flatMap((name) => [name, `node:${name}`])
            .map((name) => ({ name, message: 'I/O goes through Env here.' })),
        },
      ],
      'no-restricted-globals': [
        'error',
        ...[
          'Date',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'clearTimeout',
          'performance',
          'fetch',
          'crypto',
          'process',
        ].map((name) => ({
          name,
          message: 'Time, chance and I/O come from Env here.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance comes from Env.random.' },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'scripts/**', 'runtime/cli/**/*.ts', 'runtime/main.ts', 'runtime/main/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
