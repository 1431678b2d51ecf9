/** Lays out what the .vsix holds in a folder of its own: a production build, the example with its data, and esbuild for jobs. */
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundles } from './bundles.mjs';
import { buildDeclarations } from './declarations.mjs';
import { copyExample } from './exampleWorkspace.mjs';
import { Failure } from './failure.mjs';
import { writeNotices } from './notices.mjs';
import { fromRoot, manifest } from './paths.mjs';

const texts = ['README.md', 'LICENSE', 'CHANGELOG.md', '.vscodeignore', 'media'];

/** package.json as an installed extension needs it: everything it depends on is bundled. */
function stagedManifest() {
  const {
    scripts: _scripts,
    dependencies: _dependencies,
    devDependencies: _devDependencies,
    private: _private,
    bin: _bin,
    ...rest
  } = manifest();
  return rest;
}

/**
 * esbuild compiles the users' jobs: its JavaScript and its program for the target, where the bundles find them. They lie below dist/
 * because vsce leaves out a node_modules at the top.
 */
function copyEsbuild(folder, target) {
  const binary = `@esbuild/${target}`;
  if (!existsSync(fromRoot('node_modules', binary))) {
    throw new Failure(`The package ${binary} is not installed: a .vsix for ${target} is made on ${target}.`);
  }
  for (const path of ['esbuild/package.json', 'esbuild/LICENSE.md', 'esbuild/lib/main.js', binary]) {
    cpSync(fromRoot('node_modules', path), join(folder, 'dist', 'node_modules', path), { recursive: true });
  }
  if (!target.startsWith('win32')) chmodSync(join(folder, 'dist', 'node_modules', binary, 'bin', 'esbuild'), 0o755);
}

/** Fills the folder anew for a target such as `linux-x64`. */
export async function stage(folder, target) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await Promise.all([
    buildBundles(join(folder, 'dist'), { production: true }),
    buildDeclarations(join(folder, 'dist', 'types')),
  ]);
  await writeNotices(join(folder, 'dist', 'THIRD-PARTY-NOTICES.txt'));
  for (const name of texts) {
    if (existsSync(fromRoot(name))) cpSync(fromRoot(name), join(folder, name), { recursive: true });
  }
  copyExample(join(folder, 'examples', 'flights'));
  copyEsbuild(folder, target);
  rmSync(join(folder, 'dist', 'types', '.tsbuildinfo'), { force: true });
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(stagedManifest(), null, 2)}\n`);
}
