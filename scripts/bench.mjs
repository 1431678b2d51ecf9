/**
 * `npm run bench -- NAME…`: builds, runs the benches of these names in test/bench/ and prints their figures; without a name all of them,
 * as a table. `--json` ends with one line of JSON for each bench: `{name, figure, unit, floor, ok}`. The exit code is 1 when a figure
 * misses its floor; with `--lenient`, for machines whose speed nobody knows, only when it misses even half of it (times: double of it).
 */
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { buildBundles } from './lib/bundles.mjs';
import { cleanUp } from './lib/cleanup.mjs';
import { inWords, noTests } from './lib/counts.mjs';
import { Failure, main } from './lib/failure.mjs';
import { filesBelow } from './lib/files.mjs';
import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';

const limitMs = 180_000;
const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'));
const json = flags.includes('--json');

/** The names of the benches, or those that were asked for; with `chain` come `chain-strings` and the like. */
function chosenNames() {
  const all = filesBelow('test/bench', '.ts')
    .filter((file) => /^test.bench.[^\\/]+$/.test(file))
    .map((file) => basename(file, '.ts').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
  const meant = (name) => all.filter((each) => each === name || each.startsWith(`${name}-`));
  const unknown = asked.find((name) => meant(name).length === 0);
  if (unknown !== undefined) throw new Failure(`There is no bench "${unknown}"; the benches are ${all.join(', ')}.`);
  return asked.length > 0 ? [...new Set(asked.flatMap(meant))] : all;
}

/** `chain-strings` lies in chainStrings.ts. */
const fileOf = (name) => `${name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())}.ts`;

/** Bundles a bench, so that its code runs as the product's does, without a loader in between. */
async function bundle(name) {
  const outfile = fromRoot('out', 'bench', `${name}.mjs`);
  await build({
    entryPoints: [fromRoot('test', 'bench', fileOf(name))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs one bench; resolves to its result, or to its output when there is none. */
async function measure(name) {
  const { code, output, timedOut } = await run(
    process.execPath,
    ['--expose-gc', fromRoot('scripts', 'lib', 'benchRunner.mjs'), await bundle(name)],
    { limitMs },
  );
  const line = output.trim().split('\n').at(-1) ?? '';
  if (code === 0 && line.startsWith('{')) return { name, result: JSON.parse(line) };
  return { name, problem: timedOut ? `it did not end within ${limitMs / 1000} s` : output.trim() };
}

function print({ name, result, problem }) {
  if (!result) return console.log(`${name}: no figure: ${problem}`);
  const { figure, unit, floor, ok, better } = result;
  const bound = better === 'higher' ? 'at least' : 'at most';
  if (!json)
    return console.log(
      `${name.padEnd(14)}${`${figure} ${unit}`.padStart(20)}   ${bound} ${floor} ${unit}   ${ok ? 'ok' : 'MISSED'}`,
    );
  return console.log(JSON.stringify({ name, figure, unit, floor, ok }));
}

await main(async () => {
  const names = chosenNames();
  try {
    mkdirSync(fromRoot('out', 'bench'), { recursive: true });
    await buildBundles(fromRoot('dist'));
    const counts = { ...noTests };
    for (const name of names) {
      const measured = await measure(name);
      print(measured);
      const good = flags.includes('--lenient') ? measured.result?.nearly : measured.result?.ok;
      counts[good ? 'passed' : 'failed'] += 1;
    }
    if (!json) console.log(inWords(counts));
    return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  } finally {
    await cleanUp();
  }
});
