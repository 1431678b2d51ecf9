import type { JobId } from '../base/ids';
import type { JobEvent } from '../base/jobEvents';
import { JobStateError } from '../base/errors';
import { RestClient, type ClientOptions } from '../rest/client';
import type { Can, Capability, Cluster, Page, Queries, QueryName, RunOptions, VerbName, Verbs } from './cluster';
import { FlinkAnswers } from './flinkAnswers';
import { flinkError } from './flinkErrors';
import { flinkEvents } from './flinkEvents';
import { flinkQueries } from './flinkQueries';
import { flinkVerbs } from './flinkVerbs';
import type { JobDetails, JobSummary } from './model';
import { RememberedJobs } from './remembered';

const lookEveryMs = 2_000;

/** What Flink's REST API has nothing for. */
const flinkHasNot: ReadonlySet<Capability> = new Set(['submit', 'liveState', 'injectFault', 'holdRecovery']);

export interface FlinkClusterOptions extends ClientOptions {
  /** How often {@link FlinkCluster.events} looks at the cluster. */
  readonly lookEveryMs?: number;
}

/** A cluster of Apache Flink, by its REST API v1. Nothing is asked unless somebody asks or listens. */
export class FlinkCluster implements Cluster {
  readonly engine = 'flink';
  readonly #client: RestClient;
  readonly #answers: FlinkAnswers;
  readonly #queries;
  readonly #verbs;
  readonly #everyMs: number;
  readonly #remembered = new RememberedJobs();
  readonly #disposed = new AbortController();

  constructor(options: FlinkClusterOptions) {
    this.#client = new RestClient(options);
    this.#answers = new FlinkAnswers(this.#client);
    this.#queries = flinkQueries(this.#client, this.#answers);
    this.#verbs = flinkVerbs(this.#client);
    this.#everyMs = options.lookEveryMs ?? lookEveryMs;
  }

  get url(): string {
    return this.#client.url;
  }

  can(capability: Capability, job?: JobId): Can {
    if (flinkHasNot.has(capability)) return { ok: false, why: 'engine-has-no-such-thing' };
    return this.#remembered.can(capability, job);
  }

  async get<N extends QueryName>(
    name: N,
    query: Queries[N]['q'],
    page?: Page,
    signal?: AbortSignal,
  ): Promise<Queries[N]['a']> {
    const answer = await this.#watched(untilAborted(this.#queries[name](query, page, signal), signal));
    if (name === 'job') this.#seen(answer as JobDetails);
    if (name === 'jobs') for (const job of answer as readonly JobSummary[]) this.#seen(job);
    return answer;
  }

  async run<N extends VerbName>(name: N, verb: Verbs[N]['v'], options: RunOptions = {}): Promise<Verbs[N]['o']> {
    try {
      return await this.#watched(this.#verbs[name](verb, options));
    } finally {
      this.#answers.forget();
    }
  }

  async *events(after: number, signal: AbortSignal): AsyncIterableIterator<JobEvent> {
    const either = AbortSignal.any([signal, this.#disposed.signal]);
    try {
      for await (const event of flinkEvents(this.#answers, after, this.#everyMs, either)) {
        this.#remembered.heard(event);
        yield event;
      }
    } catch (error) {
      throw this.#told(error);
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
      throw this.#told(error);
    }
  }

  #told(error: unknown): unknown {
    const told = flinkError(error, this.url);
    if (told instanceof JobStateError && told.code === 'engine.away') this.#remembered.engineIs('away');
    return told;
  }
}

/** Ends the waiting for a shared answer without ending the answer. */
function untilAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return answer;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
