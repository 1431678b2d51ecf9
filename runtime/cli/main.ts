import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readDiscovery } from '../host/discovery';
import { httpFetch } from './httpFetch';
import { launchRuntime } from '../host/launch';
import { exitCodes } from './exitCodes';
import { runCli } from './program';
import type { CliWorld } from './world';

/** `job-state`: the command line bound to this process. The runtime's program lies beside this one. */

/** While the runtime starts, or when one is found; not before. */
const loadCluster = () => import('../cluster/embeddedCluster');

const world: CliWorld = {
  write: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  // A terminal that does not tell its size says 0.
  screen: () => (process.stdout.isTTY ? { rows: process.stdout.rows > 0 ? process.stdout.rows : 24 } : undefined),
  errorIsTerminal: process.stderr.isTTY,
  directory: process.cwd(),
  resolve: (path) => resolve(path),
  environment: process.env,
  discover: () => readDiscovery(),
  connect: async ({ embedded, ...engine }) => {
    const options = { ...engine, fetch: httpFetch };
    if (embedded !== true) return (await import('../cluster/connect')).connectCluster(options);
    const { EmbeddedCluster } = await loadCluster();
    return new EmbeddedCluster(options);
  },
  launch: async (options) => {
    const program = fileURLToPath(new URL('./runtime.mjs', import.meta.url));
    const [runtime] = await Promise.all([launchRuntime({ ...options, program }), loadCluster()]);
    return runtime;
  },
  onInterrupt: (run) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.on(signal, run);
    return { dispose: () => signals.forEach((signal) => process.off(signal, run)) };
  },
  readText: (path) => readFile(path, 'utf8'),
  isFile: async (path) => (await stat(path).catch(() => undefined))?.isFile() === true,
};

// The reader of a pipe may have seen enough, as `head` has; nobody is left to tell anything.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCodes.ok);
});

process.exitCode = await runCli(world, process.argv.slice(2));
