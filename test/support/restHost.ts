import { defaultJobManagerSettings } from '../../runtime/jobmanager/settings';
import type { HandlerContext } from '../../runtime/jobmanager/rest/handlers';

const logs = ['runtime.log', 'jm.log'];

/** What the REST handlers know of their process: a runtime in `/folder` with two logs of one line. */
export const restHost: Pick<HandlerContext, 'version' | 'settings' | 'process' | 'logs'> = {
  version: '1.20',
  settings: { ...defaultJobManagerSettings, directory: '/folder/.job-state' },
  process: {
    version: 'Node.js 20',
    arch: 'x64',
    options: ['--enable-source-maps'],
    program: '/program/runtime.mjs',
    usage: () => ({ heapUsedBytes: 1, heapCommittedBytes: 2, heapMaxBytes: 3, externalBytes: 4, cpuMs: 5 }),
  },
  logs: {
    list: () => Promise.resolve(logs.map((name) => ({ name, sizeBytes: 3, modifiedMs: 7 }))),
    read: (name) => Promise.resolve(logs.includes(name) ? oneLine() : undefined),
  },
};

async function* oneLine(): AsyncIterableIterator<Uint8Array> {
  await Promise.resolve();
  yield new TextEncoder().encode('up\n');
}
