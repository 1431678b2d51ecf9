/** Where things are. Every script works on the checkout it lies in, whatever the current directory is. */
import { mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** An absolute path below the checkout. */
export const fromRoot = (...parts) => join(root, ...parts);

/** The extension's own package.json, read anew. */
export const manifest = () => JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));

/** A new, empty temporary folder. Its path is real (no links) and short, because sockets are made below it. */
export const temporaryFolder = (name) => mkdtempSync(join(realpathSync(tmpdir()), `job-state-${name}-`));
