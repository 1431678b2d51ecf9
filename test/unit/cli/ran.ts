/** A command line that runs in a world of the test: one runtime, whose gateway answers as given. */
import { posix } from 'node:path';
import { runCli } from '../../../runtime/cli/program';
import type { CliWorld } from '../../../runtime/cli/world';
import type { RestfulGateway } from '../../../runtime/jobmanager/restfulGateway';
import type { Cluster } from '../../../runtime/cluster/cluster';
import { clusterOf } from '../cluster/inProcess';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export const here = { url: 'http://127.0.0.1:1', token: 't', pid: 1, folder: '/folder' };

/** Runs a command line in a world with one runtime, whose gateway answers as given. */
export async function run(
  args: readonly string[],
  gateway: Partial<RestfulGateway>,
  parts: Partial<CliWorld> = {},
): Promise<Ran> {
  let [out, error] = ['', ''];
  const world: CliWorld = {
    write: (text) => void (out += text),
    writeError: (text) => void (error += text),
    screen: () => undefined,
    errorIsTerminal: false,
    directory: '/folder',
    resolve: (path) => posix.resolve('/folder', path),
    environment: {},
    discover: () => Promise.resolve([here]),
    connect: () => Promise.resolve(clusterOf(gateway)),
    launch: () => Promise.reject(new Error('nothing is to be started')),
    onInterrupt: () => ({ dispose: () => undefined }),
    isFile: () => Promise.resolve(true),
    readText: () => Promise.reject(new Error('no file is to be read')),
    ...parts,
  };
  return { code: await runCli(world, args), out, error };
}

/** The same on a cluster. */
export function runOn(cluster: Cluster, args: readonly string[], parts: Partial<CliWorld> = {}): Promise<Ran> {
  return run(args, {}, { connect: () => Promise.resolve(cluster), ...parts });
}
