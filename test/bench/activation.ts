import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from './support/bench';

const windows = 3;

/** In one fresh VS Code, by VS Code's own figures. */
async function activation(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'job-state-activation-'));
  const figure = join(folder, 'figure');
  try {
    const env = { ...process.env, JOB_STATE_FIGURE_FILE: figure, JOB_STATE_VSCODE_LIMIT_MS: '60000' };
    await promisify(execFile)(process.execPath, ['scripts/runSuite.mjs', 'activation'], { env });
    return Number(await readFile(figure, 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Loading and calling the extension; the best of some windows: what else a starting VS Code and the machine do must not count. */
export const bench: Bench = {
  name: 'activation',
  unit: 'ms',
  floor: 50,
  better: 'lower',
  run: async () => {
    const figures: number[] = [];
    for (let window = 0; window < windows; window += 1) figures.push(await activation());
    return Math.min(...figures);
  },
};
