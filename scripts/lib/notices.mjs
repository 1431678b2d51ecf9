/** The licences of what is bundled: each package's own text, found by what the bundles are made of. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledPackages } from './bundles.mjs';
import { fromRoot } from './paths.mjs';

const licenceName = /^(licen[cs]e|copying|notice)(\.|$)/i;

function notice(name) {
  const folder = fromRoot('node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => licenceName.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license ?? 'see below'})\n\n${texts.join('\n\n')}\n`;
}

/** Writes one file with the licences of all bundled packages. */
export async function writeNotices(path) {
  const notices = (await bundledPackages()).map(notice);
  writeFileSync(path, notices.join(`\n${'-'.repeat(78)}\n\n`));
}
