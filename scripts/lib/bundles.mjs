/** What is bundled into dist/: one line of the table for each file. */
import { existsSync, rmSync } from 'node:fs';
import { extname, join, parse } from 'node:path';
import { build } from 'esbuild';
import { fromRoot } from './paths.mjs';

/** Some dependencies are CommonJS; bundled into a module they still want `require`. */
const requireForModules = {
  js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
};

/** The extension runs in VS Code's extension host; short, because it is loaded at every start of VS Code. */
const extensionHost = { format: 'cjs', platform: 'node', target: 'node22', external: ['vscode'], minify: true };

/** Programs of child processes, for Node and for VS Code's own. Names stay as written: stack traces are read by people. */
const program = {
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['esbuild'],
  minifyWhitespace: true,
  minifySyntax: true,
  banner: requireForModules,
};

/** A program in pieces, of which it loads only what it needs, because somebody waits for its start. The pieces lie in a folder of dist/. */
const inPieces = (folder) => ({ ...program, splitting: true, chunkNames: `${folder}/[name]-[hash]` });
const piecesFolders = ['runtime', 'cli'];

/** What job authors import: bundled once more together with their job. */
const library = { format: 'esm', platform: 'node', target: 'node20', external: ['esbuild'] };

/** Scripts and styles of webview pages. The mark at the first line is what the speed of a page is measured from. */
const pageScript = {
  format: 'iife',
  platform: 'browser',
  target: 'chrome130',
  minify: true,
  banner: { js: "performance.mark('job-state.begin');" },
};
const pageStyle = { minify: true };

/** [source, file in dist/, kind]. A line whose source is not there is left out. */
const bundles = [
  ['extension/extension.ts', 'extension.cjs', extensionHost],
  ['runtime/main.ts', 'runtime.mjs', inPieces('runtime')],
  ['runtime/main/watchdogWorker.ts', 'watchdog-worker.mjs', program],
  ['runtime/main/parquetWorker.ts', 'parquet-worker.mjs', program],
  ['runtime/cli/main.ts', 'cli.mjs', inPieces('cli')],
  ['runtime/inspect/worker.ts', 'inspect-worker.mjs', program],
  ['runtime/api/index.ts', 'job-state.mjs', library],
  ['runtime/testing.ts', 'testing.mjs', library],
  ['webview/recovery/main.ts', 'pages/recovery.js', pageScript],
  ['webview/recovery/page.css', 'pages/recovery.css', pageStyle],
  ['webview/timeline/main.ts', 'pages/timeline.js', pageScript],
  ['webview/timeline/page.css', 'pages/timeline.css', pageStyle],
];

const present = () => bundles.filter(([source]) => existsSync(fromRoot(source)));

/** One file, named in full, because pieces that a bundle is split into go into the same folder. */
const output = (source, folder, file) => ({
  entryPoints: [{ in: fromRoot(source), out: join(parse(file).dir, parse(file).name) }],
  outdir: folder,
  ...(extname(file) === '.css' ? {} : { outExtension: { '.js': extname(file) } }),
});

/** Bundles everything of the table into a folder. `production` leaves the source maps out. */
export async function buildBundles(folder, { production = false } = {}) {
  for (const pieces of piecesFolders) rmSync(join(folder, pieces), { recursive: true, force: true });
  await Promise.all(
    present().map(([source, file, kind]) =>
      build({
        ...kind,
        ...output(source, folder, file),
        bundle: true,
        sourcemap: !production,
        logLevel: 'warning',
      }),
    ),
  );
  return present().map(([, file]) => file);
}

/** The names of the npm packages that are in the bundles, sorted. */
export async function bundledPackages() {
  const names = new Set();
  for (const [source, , kind] of present()) {
    const { metafile } = await build({
      ...kind,
      entryPoints: [fromRoot(source)],
      outdir: fromRoot('dist'),
      bundle: true,
      write: false,
      metafile: true,
      logLevel: 'warning',
    });
    for (const input of Object.keys(metafile.inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input)?.[1];
      if (name) names.add(name);
    }
  }
  return [...names].sort();
}

/**
 * Bundles a module of tests that runs in VS Code's extension host. mocha and playwright-core stay in node_modules.
 * `contents` is TypeScript text whose imports are relative to the checkout.
 */
export async function bundleSuite(contents, outfile) {
  await build({
    stdin: { contents, resolveDir: fromRoot(), sourcefile: 'suite.ts', loader: 'ts' },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha', 'playwright-core', 'esbuild'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
