/** What tests of jobs import as 'job-state/testing'. */
import { resolve } from 'node:path';
import { readCollected } from './connectors/collected';
import { NodeDisk } from './host/nodeDisk';

/**
 * The rows that jobs have put into a `CollectSink` and committed, in no particular order; empty when there are none yet. `path` is the
 * directory of the sink, relative to the working directory. Rejects when a file there cannot be read or holds something else.
 *
 * ```ts
 * execFileSync('npx', ['job-state', 'run', 'job.ts']);
 * assert.deepEqual((await collected<Total>('out')).sort(byCustomer), expected);
 * ```
 */
export async function collected<T = unknown>(path: string): Promise<T[]> {
  return (await readCollected(new NodeDisk(), resolve(path))) as T[];
}
