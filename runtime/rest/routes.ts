import { asBoolean, asInteger, asJobId, asLabels, asList, asLongText, asNumbers, asText } from './parameters';
import { get, post, put, send, text } from './route';
import * as accumulators from './answers/accumulators';
import * as async from './answers/asynchronous';
import * as checkpoints from './answers/checkpoints';
import * as cluster from './answers/cluster';
import { emptySchema } from './answers/common';
import { jobExceptionsSchema } from './answers/exceptions';
import * as jobs from './answers/jobs';
import * as metrics from './answers/metrics';
import * as processes from './answers/processes';
import * as requests from './answers/requests';
import * as debug from './debug/answers';
import * as debugRequests from './debug/requests';

const metricsQuery = { get: asList };
const aggregatedQuery = { get: asList, agg: asList };
const pageQuery = { after: asText, limit: asInteger };

const vertex = '/jobs/:jobid/vertices/:vertexid';
const subtask = `${vertex}/subtasks/:subtaskindex` as const;

/** Flink's REST API v1 as the embedded runtime has it: all of it except what needs Java (docs/rest.md). */
export const flinkRoutes = {
  overview: get('/overview', cluster.clusterOverviewSchema),
  config: get('/config', cluster.dashboardConfigurationSchema),
  datasets: get('/datasets', cluster.datasetsSchema),

  jobs: get('/jobs', jobs.jobIdsSchema),
  jobsOverview: get('/jobs/overview', jobs.jobsOverviewSchema),
  jobsMetrics: get('/jobs/metrics', metrics.aggregatedMetricsSchema, { ...aggregatedQuery, jobs: asList }),
  job: get('/jobs/:jobid', jobs.jobDetailsInfoSchema),
  cancelJob: send('PATCH', '/jobs/:jobid', emptySchema, { query: { mode: asText }, status: 202 }),
  jobPlan: get('/jobs/:jobid/plan', jobs.jobPlanSchema),
  jobStatus: get('/jobs/:jobid/status', jobs.jobStatusInfoSchema),
  jobConfig: get('/jobs/:jobid/config', jobs.jobConfigSchema),
  jobExceptions: get('/jobs/:jobid/exceptions', jobExceptionsSchema, {
    maxExceptions: asInteger,
    failureLabelFilter: asLabels,
  }),
  jobAccumulators: get('/jobs/:jobid/accumulators', accumulators.jobAccumulatorsSchema, {
    includeSerializedValue: asBoolean,
  }),
  executionResult: get('/jobs/:jobid/execution-result', async.executionResultSchema),
  jobMetrics: get('/jobs/:jobid/metrics', metrics.metricsSchema, metricsQuery),
  jobManagerConfigOfJob: get('/jobs/:jobid/jobmanager/config', processes.configurationSchema),
  jobManagerEnvironmentOfJob: get('/jobs/:jobid/jobmanager/environment', processes.environmentSchema),
  resourceRequirements: get('/jobs/:jobid/resource-requirements', jobs.resourceRequirementsSchema),
  changeResourceRequirements: put(
    '/jobs/:jobid/resource-requirements',
    'JobResourceRequirementsBody',
    jobs.resourceRequirementsSchema,
    emptySchema,
  ),
  rescaleJob: send('PATCH', '/jobs/:jobid/rescaling', async.triggerResponseSchema, {
    query: { parallelism: asInteger },
  }),
  rescalingOperation: get('/jobs/:jobid/rescaling/:triggerid', async.disposalOperationSchema),

  vertex: get(vertex, jobs.vertexDetailsSchema),
  subtaskTimes: get(`${vertex}/subtasktimes`, jobs.subtaskTimesSchema),
  vertexTaskManagers: get(`${vertex}/taskmanagers`, jobs.vertexTaskManagersSchema),
  vertexAccumulators: get(`${vertex}/accumulators`, accumulators.vertexAccumulatorsSchema),
  vertexWatermarks: get(`${vertex}/watermarks`, metrics.metricsSchema),
  vertexMetrics: get(`${vertex}/metrics`, metrics.metricsSchema, metricsQuery),
  coordinatorMetrics: get(`${vertex}/jm-operator-metrics`, metrics.metricsSchema, metricsQuery),
  vertexBackpressure: get(`${vertex}/backpressure`, metrics.backpressureSchema),
  flameGraph: get(`${vertex}/flamegraph`, metrics.flameGraphSchema, { type: asText, subtaskindex: asInteger }),
  subtasksMetrics: get(`${vertex}/subtasks/metrics`, metrics.aggregatedMetricsSchema, {
    ...aggregatedQuery,
    subtasks: asNumbers,
  }),
  subtasksAccumulators: get(`${vertex}/subtasks/accumulators`, accumulators.subtasksAccumulatorsSchema),
  subtask: get(subtask, jobs.subtaskDetailsSchema),
  subtaskMetrics: get(`${subtask}/metrics`, metrics.metricsSchema, metricsQuery),
  subtaskAttempt: get(`${subtask}/attempts/:attempt`, jobs.subtaskDetailsSchema),
  attemptAccumulators: get(`${subtask}/attempts/:attempt/accumulators`, accumulators.attemptAccumulatorsSchema),

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
  taskManager: get('/taskmanagers/:taskmanagerid', cluster.taskManagerDetailsSchema),
  taskManagerMetrics: get('/taskmanagers/:taskmanagerid/metrics', metrics.metricsSchema, metricsQuery),
  taskManagerLogs: get('/taskmanagers/:taskmanagerid/logs', processes.logsSchema),
  taskManagerLogFile: text('/taskmanagers/:taskmanagerid/logs/:filename'),
  taskManagerLog: text('/taskmanagers/:taskmanagerid/log'),
  taskManagerStdout: text('/taskmanagers/:taskmanagerid/stdout'),
  taskManagerThreadDump: get('/taskmanagers/:taskmanagerid/thread-dump', processes.threadDumpSchema),

  jobManagerConfig: get('/jobmanager/config', processes.configurationSchema),
  jobManagerEnvironment: get('/jobmanager/environment', processes.environmentSchema),
  jobManagerMetrics: get('/jobmanager/metrics', metrics.metricsSchema, metricsQuery),
  jobManagerLogs: get('/jobmanager/logs', processes.logsSchema),
  jobManagerLogFile: text('/jobmanager/logs/:filename'),
  jobManagerLog: text('/jobmanager/log'),
  jobManagerStdout: text('/jobmanager/stdout'),
  jobManagerThreadDump: get('/jobmanager/thread-dump', processes.threadDumpSchema),
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
