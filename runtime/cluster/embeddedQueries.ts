import { id, type JobId } from '../base/ids';
import type { RestClient } from '../rest/client';
import { routes } from '../rest/routes';
import type { Page, QueryHandlers } from './cluster';
import type { JobSummary } from './model';

/** Every question as one request; Flink's own endpoint where Flink has one that says enough. */
export function embeddedQueries(client: RestClient): QueryHandlers {
  return {
    overview: async (_query, _page, signal) => {
      const overview = await client.call(routes.overview, {}, signal);
      return {
        version: overview['flink-version'],
        taskManagers: overview.taskmanagers,
        slots: overview['slots-total'],
        freeSlots: overview['slots-available'],
      };
    },
    jobs: async (_query, _page, signal) => {
      const { jobs } = await client.call(routes.jobsOverview, {}, signal);
      return jobs.map((job): JobSummary => ({
        id: id<JobId>(job.jid),
        name: job.name,
        status: job.state,
        startMs: job['start-time'],
        ...(job['end-time'] < 0 ? {} : { endMs: job['end-time'] }),
      }));
    },
    job: ({ job }, _page, signal) => client.call(routes.debugJob, { path: { jobid: job } }, signal),
    operators: async ({ job }, _page, signal) =>
      (await client.call(routes.operators, { path: { jobid: job } }, signal)).operators,
    stateEntries: ({ job, operator, state }, page, signal) =>
      client.call(
        routes.stateEntries,
        { path: { jobid: job, operatorid: operator, statename: state }, query: pageQuery(page) },
        signal,
      ),
    stateLookup: async ({ job, operator, state, key }, _page, signal) => {
      const path = { jobid: job, operatorid: operator, statename: state };
      return (await client.call(routes.stateEntry, { path, query: { key } }, signal)).entry;
    },
    checkpoints: ({ job, savepoints }, page, signal) =>
      client.call(routes.debugCheckpoints, { path: { jobid: job }, query: { savepoints, ...pageQuery(page) } }, signal),
    checkpoint: ({ job, checkpoint }, _page, signal) =>
      client.call(routes.debugCheckpoint, { path: { jobid: job, checkpointid: id(checkpoint) } }, signal),
    recoveries: ({ job }, page, signal) =>
      client.call(routes.recoveries, { path: { jobid: job }, query: pageQuery(page) }, signal),
    recovery: ({ job, recovery }, _page, signal) =>
      client.call(routes.recovery, { path: { jobid: job, recovery } }, signal),
    taskManagers: async (_query, _page, signal) =>
      (await client.call(routes.debugTaskManagers, {}, signal)).taskManagers,
    faults: async ({ job }, _page, signal) =>
      (await client.call(routes.faults, { query: job === undefined ? {} : { job } }, signal)).faults,
  };
}

function pageQuery(page: Page | undefined): { after?: string; limit?: number } {
  if (page === undefined) return {};
  return { limit: page.limit, ...(page.after === undefined ? {} : { after: page.after }) };
}
