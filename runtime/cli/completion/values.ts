import type { Cluster } from '../../cluster/cluster';
import type { JobId } from '../../base/ids';
import { findEngine, jobOf, operatorOf } from '../engine';
import type { CliWorld } from '../world';
import type { Typed } from './position';

/** Something that fits, and what it is. */
export interface Candidate {
  readonly value: string;
  readonly text: string;
}

/** A key that is pressed must not wait longer for a runtime. */
const patienceMs = 1_000;

/** The names that a runtime knows for a place, such as its jobs; none where files are meant, or a text that nobody knows. */
export async function knownValues(world: CliWorld, of: string, typed: Typed): Promise<readonly Candidate[]> {
  if (of === 'url') return (await world.discover()).map(({ url, folder }) => ({ value: url, text: folder }));
  const ask = questions[of];
  if (ask === undefined) return [];
  const { url, job } = typed.options;
  const engine = await findEngine(world, url === undefined ? {} : { url });
  // Only a runtime of this machine answers as fast as one types.
  if (engine?.embedded !== true) return [];
  const cluster = await world.connect(engine);
  try {
    return await ask({ cluster, job, typed, signal: AbortSignal.timeout(patienceMs) });
  } finally {
    cluster.dispose();
  }
}

interface Asked {
  readonly cluster: Cluster;
  readonly job: string | undefined;
  readonly typed: Typed;
  readonly signal: AbortSignal;
}

/** By the name of the argument or option. */
const questions: Readonly<Record<string, (asked: Asked) => Promise<readonly Candidate[]>>> = {
  job: async ({ cluster, signal }) => {
    const jobs = await cluster.get('jobs', {}, undefined, signal);
    const names = [...new Set(jobs.map(({ name }) => name))].map((value) => ({ value, text: 'newest of this name' }));
    return [...names, ...jobs.map(({ id, name, status }) => ({ value: id, text: `${name} ${status}` }))];
  },
  taskmanager: async ({ cluster, signal }) => {
    const all = await cluster.get('taskManagers', {}, undefined, signal);
    return all.map(({ id, status }) => ({ value: id, text: status }));
  },
  operator: async (asked) => {
    const all = await asked.cluster.get('operators', { job: await idOf(asked) }, undefined, asked.signal);
    return all.map(({ uid, name }) => ({ value: uid ?? name, text: name }));
  },
  state: async ({ cluster, job, typed }) => {
    const operator = await operatorOf(cluster, await jobOf(cluster, job), typed.arguments[0] ?? '');
    return operator.states.map(({ name, kind, type }) => ({ value: name, text: `${kind} ${type}` }));
  },
  fault: async ({ cluster, signal }) => {
    const all = await cluster.get('faults', {}, undefined, signal);
    return all.filter(({ state }) => state === 'armed').map(({ id, fault }) => ({ value: id, text: fault.k }));
  },
  checkpoint: async (asked) => {
    const query = { job: await idOf(asked), savepoints: asked.typed.options['savepoints'] !== undefined };
    const { items } = await asked.cluster.get('checkpoints', query, { limit: 20 }, asked.signal);
    return items.map(({ id, status }) => ({ value: String(id), text: status }));
  },
  recovery: async (asked) => {
    const { items } = await asked.cluster.get('recoveries', { job: await idOf(asked) }, { limit: 20 }, asked.signal);
    return items.map(({ recovery, status }) => ({ value: String(recovery), text: status }));
  },
};

async function idOf({ cluster, job }: Asked): Promise<JobId> {
  return (await jobOf(cluster, job)).id;
}
