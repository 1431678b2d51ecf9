import { JobStateError } from '../base/errors';
import { id, type JobId, type VertexId } from '../base/ids';
import type { CheckpointConfigInfo, CheckpointingStatistics } from '../rest/answers/checkpoints';
import type { JobExceptionsInfo } from '../rest/answers/exceptions';
import type { JobDetails as JobRow, JobDetailsInfo, JobVertexDetailsInfo } from '../rest/answers/jobs';
import type { AnswerOf } from '../rest/route';
import { routes, type flinkRoutes } from '../rest/routes';
import type { CallInput, RestClient } from '../rest/client';
import { SharedAnswers } from './sharedAnswers';

/** Flink answers from a cache that is up to 3 s old: asking more often than this brings nothing. */
const freshMs = 500;
/** Flink's own default is 20; its history keeps 16. */
const maxExceptions = 100;

type FlinkRoute = (typeof flinkRoutes)[keyof typeof flinkRoutes];

/** What Flink is asked, each question once however many rows want to know. */
export class FlinkAnswers {
  readonly #shared = new SharedAnswers(freshMs);

  constructor(private readonly client: RestClient) {}

  /** After a change: what was answered before is not true any more. */
  forget(): void {
    this.#shared.forget();
  }

  overview(): Promise<AnswerOf<typeof routes.overview>> {
    return this.#ask(routes.overview, {}, '');
  }

  async rows(): Promise<readonly JobRow[]> {
    return (await this.#ask(routes.jobsOverview, {}, '')).jobs;
  }

  taskManagers(): Promise<AnswerOf<typeof routes.taskManagers>> {
    return this.#ask(routes.taskManagers, {}, '');
  }

  job(job: JobId): Promise<JobDetailsInfo> {
    return this.#ask(routes.job, { path: { jobid: job } }, job);
  }

  /** The subtasks of all vertices. */
  async vertices(job: JobId): Promise<readonly JobVertexDetailsInfo[]> {
    const { vertices } = await this.job(job);
    return Promise.all(
      vertices.map((vertex) => {
        const path = { jobid: job, vertexid: id<VertexId>(vertex.id) };
        return this.#ask(routes.vertex, { path }, `${job}/${vertex.id}`);
      }),
    );
  }

  checkpoints(job: JobId): Promise<CheckpointingStatistics> {
    return this.#ask(routes.checkpoints, { path: { jobid: job } }, job);
  }

  /** Undefined for a job that failed before it had one. */
  checkpointConfig(job: JobId): Promise<CheckpointConfigInfo | undefined> {
    return this.#ask(routes.checkpointConfig, { path: { jobid: job } }, job).catch((error: unknown) => {
      if (error instanceof JobStateError && error.code === 'rest.not-found') return undefined;
      throw error;
    });
  }

  exceptions(job: JobId): Promise<JobExceptionsInfo> {
    return this.#ask(routes.jobExceptions, { path: { jobid: job }, query: { maxExceptions } }, job);
  }

  /** Shared: nobody's signal may end it for the others. */
  #ask<R extends FlinkRoute>(route: R, input: CallInput<R>, about: string): Promise<AnswerOf<R>> {
    return this.#shared.get(`${route.path} ${about}`, () => this.client.call(route, input));
  }
}
