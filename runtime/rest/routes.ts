import type { GenericSchema } from 'valibot';
import {
  asBoolean,
  asInteger,
  asJobId,
  asList,
  asLongText,
  asNumbers,
  asText,
  type PathValues,
  type QueryParsers,
  type QueryValues,
} from './parameters';
import * as async from './answers/asynchronous';
import * as checkpoints from './answers/checkpoints';
import * as cluster from './answers/cluster';
import { emptySchema } from './answers/common';
import { jobExceptionsSchema } from './answers/exceptions';
import * as jobs from './answers/jobs';
import * as metrics from './answers/metrics';
import * as requests from './answers/requests';
import * as debug from './debug/answers';
import * as debugRequests from './debug/requests';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What a request carries; `name` is that of Flink's request class, for the message about one that does not fit. */
export interface BodySpec<Body> {
  readonly name: string;
  readonly schema: GenericSchema<unknown, Body>;
}

/** One endpoint: server, client and contract tests all read it from here. */
export interface Route<
  Path extends string = string,
  Query extends QueryParsers = QueryParsers,
  Body = unknown,
  Answer = unknown,
> {
  readonly method: Method;
  /** Template with the parameters of parameters.ts. Flink's paths may be asked for with `/v1` before them. */
  readonly path: Path;
  readonly query: Query;
  readonly body?: BodySpec<Body>;
  /** Of a good answer. */
  readonly status: number;
  readonly answer: GenericSchema<unknown, Answer>;
}

export type PathOf<R> = R extends Route<infer Path> ? PathValues<Path> : never;
export type QueryOf<R> = R extends Route<string, infer Query> ? QueryValues<Query> : never;
export type BodyOf<R> = R extends { readonly body: BodySpec<infer Body> } ? Body : undefined;
export type AnswerOf<R> = R extends { readonly answer: GenericSchema<unknown, infer Answer> } ? Answer : never;

type NoQuery = Readonly<Record<string, never>>;
type Parts<Query extends QueryParsers> = { readonly query?: Query; readonly status?: number };

function get<const Path extends string, Answer, const Query extends QueryParsers = NoQuery>(
  path: Path,
  answer: GenericSchema<unknown, Answer>,
  query?: Query,
) {
  return { method: 'GET', path, answer, status: 200, query: query ?? ({} as Query) } as const;
}

function send<const Path extends string, Answer, const Query extends QueryParsers = NoQuery>(
  method: Exclude<Method, 'GET'>,
  path: Path,
  answer: GenericSchema<unknown, Answer>,
  parts: Parts<Query> = {},
) {
  return { method, path, answer, status: parts.status ?? 200, query: parts.query ?? ({} as Query) } as const;
}

function post<const Path extends string, Answer, Body>(
  path: Path,
  name: string,
  schema: GenericSchema<unknown, Body>,
  answer: GenericSchema<unknown, Answer>,
  status = 202,
) {
  return { ...send('POST', path, answer, { status }), body: { name, schema } } as const;
}

const metricsQuery = { get: asList };
const aggregatedQuery = { get: asList, agg: asList };
const pageQuery = { after: asText, limit: asInteger };

/** The part of Flink's REST API v1 that the embedded runtime has. */
export const flinkRoutes = {
  overview: get('/overview', cluster.clusterOverviewSchema),
  config: get('/config', cluster.dashboardConfigurationSchema),
  jobs: get('/jobs', jobs.jobIdsSchema),
  jobsOverview: get('/jobs/overview', jobs.jobsOverviewSchema),
  job: get('/jobs/:jobid', jobs.jobDetailsInfoSchema),
  cancelJob: send('PATCH', '/jobs/:jobid', emptySchema, { query: { mode: asText }, status: 202 }),
  jobPlan: get('/jobs/:jobid/plan', jobs.jobPlanSchema),
  jobStatus: get('/jobs/:jobid/status', jobs.jobStatusInfoSchema),
  jobConfig: get('/jobs/:jobid/config', jobs.jobConfigSchema),
  jobExceptions: get('/jobs/:jobid/exceptions', jobExceptionsSchema, { maxExceptions: asInteger }),
  executionResult: get('/jobs/:jobid/execution-result', async.executionResultSchema),
  jobMetrics: get('/jobs/:jobid/metrics', metrics.metricsSchema, metricsQuery),
  jobsMetrics: get('/jobs/metrics', metrics.aggregatedMetricsSchema, { ...aggregatedQuery, jobs: asList }),
  vertex: get('/jobs/:jobid/vertices/:vertexid', jobs.vertexDetailsSchema),
  subtaskTimes: get('/jobs/:jobid/vertices/:vertexid/subtasktimes', jobs.subtaskTimesSchema),
  vertexWatermarks: get('/jobs/:jobid/vertices/:vertexid/watermarks', metrics.metricsSchema),
  vertexMetrics: get('/jobs/:jobid/vertices/:vertexid/metrics', metrics.metricsSchema, metricsQuery),
  vertexBackpressure: get('/jobs/:jobid/vertices/:vertexid/backpressure', metrics.backpressureSchema),
  subtasksMetrics: get('/jobs/:jobid/vertices/:vertexid/subtasks/metrics', metrics.aggregatedMetricsSchema, {
    ...aggregatedQuery,
    subtasks: asNumbers,
  }),
  subtaskMetrics: get(
    '/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex/metrics',
    metrics.metricsSchema,
    metricsQuery,
  ),
  subtask: get('/jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex', jobs.subtaskDetailsSchema),
  checkpoints: get('/jobs/:jobid/checkpoints', checkpoints.checkpointingStatisticsSchema),
  checkpointConfig: get('/jobs/:jobid/checkpoints/config', checkpoints.checkpointConfigSchema),
  checkpoint: get('/jobs/:jobid/checkpoints/details/:checkpointid', checkpoints.checkpointSchema),
  checkpointSubtasks: get(
    '/jobs/:jobid/checkpoints/details/:checkpointid/subtasks/:vertexid',
    checkpoints.taskCheckpointDetailsSchema,
  ),
  triggerCheckpoint: post(
    '/jobs/:jobid/checkpoints',
    'CheckpointTriggerRequestBody',
    requests.checkpointTriggerSchema,
    async.triggerResponseSchema,
  ),
  checkpointOperation: get('/jobs/:jobid/checkpoints/:triggerid', async.checkpointOperationSchema),
  triggerSavepoint: post(
    '/jobs/:jobid/savepoints',
    'SavepointTriggerRequestBody',
    requests.savepointTriggerSchema,
    async.triggerResponseSchema,
  ),
  savepointOperation: get('/jobs/:jobid/savepoints/:triggerid', async.savepointOperationSchema),
  stopWithSavepoint: post(
    '/jobs/:jobid/stop',
    'StopWithSavepointRequestBody',
    requests.stopWithSavepointSchema,
    async.triggerResponseSchema,
  ),
  disposeSavepoint: post(
    '/savepoint-disposal',
    'SavepointDisposalRequest',
    requests.savepointDisposalSchema,
    async.triggerResponseSchema,
    200,
  ),
  disposalOperation: get('/savepoint-disposal/:triggerid', async.disposalOperationSchema),
  taskManagers: get('/taskmanagers', cluster.taskManagersSchema),
  taskManagersMetrics: get('/taskmanagers/metrics', metrics.aggregatedMetricsSchema, {
    ...aggregatedQuery,
    taskmanagers: asList,
  }),
  taskManagerMetrics: get('/taskmanagers/:taskmanagerid/metrics', metrics.metricsSchema, metricsQuery),
  taskManager: get('/taskmanagers/:taskmanagerid', cluster.taskManagerDetailsSchema),
} as const;

/** What Flink's API has no words for; docs/rest.md. */
export const debugRoutes = {
  submit: post('/debug/v1/jobs', 'Submission', debugRequests.submissionSchema, debug.jobSubmittedSchema, 200),
  debugJob: get('/debug/v1/jobs/:jobid', debug.jobSchema),
  operators: get('/debug/v1/jobs/:jobid/operators', debug.operatorsSchema),
  stateEntries: get(
    '/debug/v1/jobs/:jobid/operators/:operatorid/states/:statename',
    debug.stateEntriesSchema,
    pageQuery,
  ),
  stateEntry: get('/debug/v1/jobs/:jobid/operators/:operatorid/states/:statename/entry', debug.stateEntrySchema, {
    key: asLongText,
  }),
  debugCheckpoints: get('/debug/v1/jobs/:jobid/checkpoints', debug.debugCheckpointsSchema, {
    ...pageQuery,
    savepoints: asBoolean,
  }),
  debugCheckpoint: get('/debug/v1/jobs/:jobid/checkpoints/:checkpointid', debug.debugCheckpointSchema),
  recoveries: get('/debug/v1/jobs/:jobid/recoveries', debug.recoveriesSchema, pageQuery),
  recovery: get('/debug/v1/jobs/:jobid/recoveries/:recovery', debug.recoverySchema),
  holdNextRecovery: post('/debug/v1/jobs/:jobid/hold', 'HoldRequest', debugRequests.holdSchema, emptySchema, 200),
  resume: post('/debug/v1/jobs/:jobid/resume', 'ResumeRequest', debugRequests.resumeSchema, emptySchema, 200),
  debugTaskManagers: get('/debug/v1/taskmanagers', debug.debugTaskManagersSchema),
  faults: get('/debug/v1/faults', debug.faultsSchema, { job: asJobId }),
  injectFault: post('/debug/v1/faults', 'Fault', debugRequests.faultSchema, debug.faultArmedSchema, 200),
  disarmFault: send('DELETE', '/debug/v1/faults/:faultid', emptySchema),
} as const;

export const routes = { ...flinkRoutes, ...debugRoutes } as const;
export type Routes = typeof routes;
export type RouteName = keyof Routes;
export type DebugRouteName = keyof typeof debugRoutes;

/** Server-sent events: `id: <seq>` and `data: <JobEvent>`; comment lines keep the connection alive. */
export const eventStream = { method: 'GET', path: '/debug/v1/events', query: { after: asInteger } } as const;
