import { userError } from '../base/errors';
import { id, type CheckpointId, type JobId, type VertexId } from '../base/ids';
import type { JobDetails as JobRow } from '../rest/answers/jobs';
import type { RestClient } from '../rest/client';
import { routes } from '../rest/routes';
import type { Page, Paged, QueryHandlers } from './cluster';
import { checkpointDetails, checkpointPage, type VertexCheckpoint } from './flink/checkpoints';
import { jobDetails, jobSummary, taskManagerInfo, tellsFailure } from './flink/jobs';
import { operatorsOf } from './flink/operators';
import { recoveriesOf, recoveryDetails, type RecoveryAnswers } from './flink/recoveries';
import type { FlinkAnswers } from './flinkAnswers';
import type { CheckpointDetails } from './model';

/** Every question as requests of Flink's REST API. What Flink has no answer for is refused, or is empty where that is the truth. */
export function flinkQueries(client: RestClient, answers: FlinkAnswers): QueryHandlers {
  return {
    overview: async () => {
      const overview = await answers.overview();
      return {
        version: overview['flink-version'],
        taskManagers: overview.taskmanagers,
        slots: overview['slots-total'],
        freeSlots: overview['slots-available'],
      };
    },
    jobs: async () => (await answers.rows()).map(jobSummary),
    job: async ({ job }) => {
      const row = await rowOf(answers, job);
      const [info, vertices, checkpoints, config, overview, exceptions] = await Promise.all([
        answers.job(job),
        answers.vertices(job),
        answers.checkpoints(job),
        answers.checkpointConfig(job),
        answers.overview(),
        tellsFailure(row) ? answers.exceptions(job) : undefined,
      ]);
      return jobDetails({
        row,
        info,
        vertices,
        checkpoints,
        config,
        exceptions,
        freeSlots: overview['slots-available'],
      });
    },
    operators: async ({ job }) => {
      await rowOf(answers, job);
      return operatorsOf(await answers.job(job));
    },
    stateEntries: () => Promise.reject(cannot('show the entries of a state')),
    stateLookup: () => Promise.reject(cannot('look up keys')),
    checkpoints: async ({ job, savepoints }, page) => {
      await rowOf(answers, job);
      return checkpointPage(await answers.checkpoints(job), savepoints, page);
    },
    checkpoint: async ({ job, checkpoint }) => {
      await rowOf(answers, job);
      return oneCheckpoint(client, answers, job, checkpoint);
    },
    recoveries: async ({ job }, page) => pageOf(recoveriesOf(await recoveryAnswers(answers, job)), page),
    recovery: async ({ job, recovery }) => {
      const asked = await recoveryAnswers(answers, job);
      const all = recoveriesOf(asked);
      const index = all.findIndex((info) => info.recovery === recovery);
      const info = all[index];
      if (info === undefined) {
        throw userError('recovery.not-found', `There is no recovery ${recovery}.`, 'Flink keeps the newest only.', {
          subject: { job },
        });
      }
      // The present attempts are those of the newest recovery.
      return recoveryDetails(asked, info, index === 0 ? await answers.vertices(job) : []);
    },
    taskManagers: async () => (await answers.taskManagers()).taskmanagers.map(taskManagerInfo),
    faults: () => Promise.resolve([]),
  };
}

/** What Flink's REST API has nothing for. */
export function cannot(what: string): Error {
  return userError('engine.cannot', `Flink cannot ${what}.`, 'The embedded runtime can.');
}

async function rowOf(answers: FlinkAnswers, job: JobId): Promise<JobRow> {
  const row = (await answers.rows()).find(({ jid }) => jid === job);
  if (row !== undefined) return row;
  throw userError('job.not-found', `There is no job ${job}.`, 'Flink forgets ended jobs after a while.', {
    subject: { job },
  });
}

async function oneCheckpoint(
  client: RestClient,
  answers: FlinkAnswers,
  job: JobId,
  checkpoint: number,
): Promise<CheckpointDetails> {
  const path = { jobid: job, checkpointid: id<CheckpointId>(checkpoint) };
  const statistics = await client.call(routes.checkpoint, { path });
  const vertices = await Promise.all(
    Object.keys(statistics.tasks).map(async (vertex): Promise<VertexCheckpoint> => {
      const details = await client.call(routes.checkpointSubtasks, {
        path: { ...path, vertexid: id<VertexId>(vertex) },
      });
      return { vertex, details };
    }),
  );
  return checkpointDetails(statistics, await answers.job(job), vertices);
}

async function recoveryAnswers(answers: FlinkAnswers, job: JobId): Promise<RecoveryAnswers> {
  const { state } = await rowOf(answers, job);
  const [info, exceptions, checkpoints] = await Promise.all([
    answers.job(job),
    answers.exceptions(job),
    answers.checkpoints(job),
  ]);
  return { job, status: state, info, exceptions, checkpoints };
}

function pageOf<T>(items: readonly T[], page: Page | undefined): Paged<T> {
  const from = Number(page?.after ?? 0);
  const shown = items.slice(from, from + (page?.limit ?? items.length));
  const next = from + shown.length;
  return { items: shown, total: items.length, ...(next < items.length ? { next: String(next) } : {}) };
}
