import { JobStateError } from '../base/errors';
import type { JobId } from '../base/ids';
import type { JobEvent } from '../base/jobEvents';
import { RestClient, type ClientOptions } from '../rest/client';
import type { Can, Capability, Cluster, Page, Queries, QueryName, RunOptions, VerbName, Verbs } from './cluster';
import type { DebugPort } from './debugPort';
import { EmbeddedDebugPort } from './embeddedDebugPort';
import { embeddedQueries } from './embeddedQueries';
import { embeddedVerbs } from './embeddedVerbs';
import { pause } from './eventually';
import type { JobDetails, JobSummary } from './model';
import { RememberedJobs } from './remembered';

/** So often in a row a broken event stream is opened anew before the runtime counts as gone. */
const reconnects = 3;
const reconnectPauseMs = 150;

/** The embedded runtime, over its REST API and event stream. */
export class EmbeddedCluster implements Cluster {
  readonly engine = 'embedded';
  readonly debug: DebugPort;
  readonly #client: RestClient;
  readonly #queries;
  readonly #verbs;
  readonly #remembered = new RememberedJobs();
  readonly #disposed = new AbortController();

  constructor(options: ClientOptions) {
    this.#client = new RestClient(options);
    this.#queries = embeddedQueries(this.#client);
    this.#verbs = embeddedVerbs(this.#client);
    this.debug = new EmbeddedDebugPort(this);
  }

  get url(): string {
    return this.#client.url;
  }

  can(capability: Capability, job?: JobId): Can {
    return this.#remembered.can(capability, job);
  }

  async get<N extends QueryName>(
    name: N,
    query: Queries[N]['q'],
    page?: Page,
    signal?: AbortSignal,
  ): Promise<Queries[N]['a']> {
    const answer = await this.#watched(this.#queries[name](query, page, signal));
    if (name === 'job') this.#seen(answer as JobDetails);
    if (name === 'jobs') for (const job of answer as readonly JobSummary[]) this.#seen(job);
    return answer;
  }

  run<N extends VerbName>(name: N, verb: Verbs[N]['v'], options: RunOptions = {}): Promise<Verbs[N]['o']> {
    return this.#watched(this.#verbs[name](verb, options));
  }

  async *events(after: number, signal: AbortSignal): AsyncIterableIterator<JobEvent> {
    const either = AbortSignal.any([signal, this.#disposed.signal]);
    let last = after;
    for (let failures = 0; ;) {
      try {
        for await (const event of this.#client.events(last, either)) {
          failures = 0;
          last = event.seq;
          this.#remembered.heard(event);
          yield event;
        }
        return;
      } catch (error) {
        if (!isAway(error) || failures === reconnects) {
          this.#remembered.engineIs('away');
          throw error;
        }
        failures += 1;
        await pause(reconnectPauseMs, either);
      }
    }
  }

  dispose(): void {
    this.#disposed.abort();
  }

  #seen(job: JobSummary): void {
    this.#remembered.seen(job.id, job.status);
  }

  async #watched<T>(answer: Promise<T>): Promise<T> {
    try {
      const result = await answer;
      this.#remembered.engineIs('here');
      return result;
    } catch (error) {
      if (isAway(error)) this.#remembered.engineIs('away');
      throw error;
    }
  }
}

function isAway(error: unknown): boolean {
  return error instanceof JobStateError && error.code === 'engine.away';
}
