import { userError } from '../base/errors';
import { isEndOfJob } from '../base/status';
import type { Cluster } from '../cluster/cluster';
import type { JobSummary, OperatorInfo } from '../cluster/model';
import type { DiscoveryEntry } from '../host/discovery';
import { clusterAddress } from '../cluster/address';
import { Output } from './output';
import { adviceOf, closest } from './suggest';
import type { CliWorld, CommonOptions, Engine, JobOptions } from './world';

/** The environment variable for the token of an engine that has no discovery file here; never an argument, which others could see. */
const tokenVariable = 'JOB_STATE_TOKEN';
/** Runtimes listen on the address that this name usually has. */
const localhost = /\/\/localhost(?=:|$)/;

/** The engine at `--url`, else the only live runtime of this user. Rejects with `cli.no-runtime` or `cli.many-runtimes`. */
export async function engineOf(world: CliWorld, options: CommonOptions): Promise<Cluster> {
  const entry = await findEngine(world, options);
  if (entry === undefined) {
    throw userError(
      'cli.no-runtime',
      'There is no running runtime.',
      'Start one with "job-state run JOB.ts", or name one with --url.',
    );
  }
  return world.connect(entry);
}

/** `undefined` when nothing runs and nothing was named. */
export async function findEngine(world: CliWorld, options: CommonOptions): Promise<Engine | undefined> {
  const live = await world.discover();
  if (options.url !== undefined) {
    const url = clusterAddress(options.url);
    const known = live.find((entry) => entry.url === url || entry.url === url.replace(localhost, '//127.0.0.1'));
    const token = known?.token ?? (await givenToken(world, options));
    return {
      url: known?.url ?? url,
      ...(token === undefined ? {} : { token }),
      ...(known === undefined ? {} : { embedded: true }),
    };
  }
  if (live.length > 1) throw manyRuntimes(live);
  const [only] = live;
  return only === undefined ? undefined : { url: only.url, token: only.token, embedded: true };
}

async function givenToken(world: CliWorld, { tokenFile }: CommonOptions): Promise<string | undefined> {
  if (tokenFile === undefined) return world.environment[tokenVariable];
  const text = await world.readText(world.resolve(tokenFile)).catch((cause: unknown) => {
    const options = { subject: { file: tokenFile }, cause };
    throw userError('cli.no-token', `${tokenFile} cannot be read.`, 'Name a file that holds the token.', options);
  });
  return text.trim();
}

function manyRuntimes(live: readonly DiscoveryEntry[]): Error {
  const list = live.map(({ url, folder }) => `${url} (${folder})`).join(', ');
  return userError('cli.many-runtimes', `More than one runtime is running: ${list}.`, 'Choose one with --url.');
}

/** What a command about one job works with. */
export interface OnJob {
  readonly cluster: Cluster;
  readonly job: JobSummary;
  readonly output: Output;
}

export async function onJob(world: CliWorld, options: JobOptions): Promise<OnJob> {
  const cluster = await engineOf(world, options);
  return { cluster, job: await jobOf(cluster, options.job), output: new Output(world, options) };
}

const namesShown = 10;

/** The job of that id or name (the newest of that name), or the only one that has not ended. */
export async function jobOf(cluster: Cluster, wanted: string | undefined): Promise<JobSummary> {
  const jobs = await cluster.get('jobs', {});
  if (wanted !== undefined) {
    const found = jobs.findLast(({ id, name }) => id === wanted || name === wanted);
    if (found === undefined) {
      throw userError('job.not-found', `There is no job "${wanted}".`, jobAdvice(wanted, jobs));
    }
    return found;
  }
  const live = jobs.filter(({ status }) => !isEndOfJob(status));
  const [only] = live;
  if (only !== undefined && live.length === 1) return only;
  if (live.length === 0) {
    const last = jobs.at(-1);
    if (jobs.length === 1 && last !== undefined) return last;
    throw userError('job.not-found', 'No job is running.', 'Start one, or name an ended one with --job.');
  }
  throw userError('job.choose', `More than one job is running: ${namesOf(live)}.`, 'Choose one with --job.');
}

function namesOf(jobs: readonly JobSummary[]): string {
  return jobs.length === 0 ? 'none' : jobs.map(({ id, name }) => `${name} (${id})`).join(', ');
}

function jobAdvice(wanted: string, jobs: readonly JobSummary[]): string {
  const newest = jobs.toReversed();
  const near = closest(wanted, [...new Set(newest.flatMap(({ name, id }) => [name, id]))]);
  return `${near === undefined ? '' : `Did you mean "${near}"? `}There is ${namesOf(newest.slice(0, namesShown))}.`;
}

/** An operator by its uid, its id or its name. */
export async function operatorOf(cluster: Cluster, job: JobSummary, wanted: string): Promise<OperatorInfo> {
  const operators = await cluster.get('operators', { job: job.id });
  const found =
    operators.find(({ uid }) => uid === wanted) ?? operators.find(({ id, name }) => id === wanted || name === wanted);
  if (found !== undefined) return found;
  const known = operators.map(({ uid, name }) => uid ?? name);
  const advice = adviceOf(wanted, known, 'It has');
  throw userError('operator.not-found', `${job.name} has no operator "${wanted}".`, advice, {
    subject: { job: job.id },
  });
}

/** Refuses a state that an operator is known not to have; one that has not told its states yet may have any. */
export function checkState({ states, uid, name }: OperatorInfo, wanted: string): void {
  if (states.length === 0 || states.some((state) => state.name === wanted)) return;
  const operator = uid ?? name;
  const known = states.map((state) => state.name);
  throw userError('state.not-found', `${operator} has no state "${wanted}".`, adviceOf(wanted, known, 'It has'));
}
