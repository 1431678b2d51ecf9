import { stat } from 'node:fs/promises';
import type { Bench } from './support/bench';

/** What VS Code has to read when the extension is activated. */
export const bench: Bench = {
  name: 'bundle',
  unit: 'kB',
  floor: 400,
  better: 'lower',
  run: async () => (await stat('dist/extension.cjs')).size / 1000,
};
