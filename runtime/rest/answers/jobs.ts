import * as v from 'valibot';
import { doubleSchema, executionStateSchema, hexIdSchema, jobStatusSchema, longsByNameSchema } from './common';

/** GET /jobs; `JobIdsWithStatusOverview`. */
export const jobIdsSchema = v.object({ jobs: v.array(v.object({ id: hexIdSchema, status: jobStatusSchema })) });

const jobDetailsSchema = v.object({
  jid: hexIdSchema,
  name: v.string(),
  'start-time': v.number(),
  'end-time': v.number(),
  duration: v.number(),
  state: jobStatusSchema,
  'last-modification': v.number(),
  /** Counts by execution state in lower case, and `total`. */
  tasks: longsByNameSchema,
});
export type JobDetails = v.InferOutput<typeof jobDetailsSchema>;

/** GET /jobs/overview; `MultipleJobsDetails`. */
export const jobsOverviewSchema = v.object({ jobs: v.array(jobDetailsSchema) });

const ioMetricsSchema = v.object({
  'read-bytes': v.number(),
  'read-bytes-complete': v.boolean(),
  'write-bytes': v.number(),
  'write-bytes-complete': v.boolean(),
  'read-records': v.number(),
  'read-records-complete': v.boolean(),
  'write-records': v.number(),
  'write-records-complete': v.boolean(),
  'accumulated-backpressured-time': v.number(),
  'accumulated-idle-time': v.number(),
  /** "NaN" of a task that has not been measured yet. */
  'accumulated-busy-time': doubleSchema,
});
export type IOMetricsInfo = v.InferOutput<typeof ioMetricsSchema>;

const planInputSchema = v.object({
  num: v.number(),
  id: hexIdSchema,
  ship_strategy: v.string(),
  exchange: v.string(),
});
const planNodeSchema = v.object({
  id: hexIdSchema,
  parallelism: v.number(),
  operator: v.string(),
  operator_strategy: v.string(),
  /** HTML: a chain as a tree of `<br/>+- name`. */
  description: v.string(),
  /** Absent for sources. */
  inputs: v.optional(v.array(planInputSchema)),
  optimizer_properties: v.object({}),
});
export type PlanNode = v.InferOutput<typeof planNodeSchema>;

const planSchema = v.object({
  /** Empty in Flink 2 for a job that failed before it had one. */
  jid: v.string(),
  name: v.string(),
  type: v.string(),
  nodes: v.array(planNodeSchema),
});
export type Plan = v.InferOutput<typeof planSchema>;

/** GET /jobs/:jobid/plan; `JobPlanInfo`. */
export const jobPlanSchema = v.object({ plan: planSchema });

const vertexOverviewSchema = v.object({
  id: hexIdSchema,
  slotSharingGroupId: v.optional(hexIdSchema),
  name: v.string(),
  maxParallelism: v.number(),
  parallelism: v.number(),
  status: executionStateSchema,
  'start-time': v.number(),
  'end-time': v.number(),
  duration: v.number(),
  tasks: longsByNameSchema,
  metrics: ioMetricsSchema,
});
export type JobVertexOverview = v.InferOutput<typeof vertexOverviewSchema>;

/** GET /jobs/:jobid; `JobDetailsInfo`. */
export const jobDetailsInfoSchema = v.object({
  jid: hexIdSchema,
  name: v.string(),
  isStoppable: v.boolean(),
  state: jobStatusSchema,
  'job-type': v.optional(v.string()),
  'start-time': v.number(),
  'end-time': v.number(),
  duration: v.number(),
  maxParallelism: v.number(),
  now: v.number(),
  /** When the job entered each status; 0 where it never did. */
  timestamps: longsByNameSchema,
  vertices: v.array(vertexOverviewSchema),
  'status-counts': longsByNameSchema,
  /** Of a job that failed before it had one: `{}` in 1.20, empty texts in 2.2. */
  plan: v.partial(v.object({ ...planSchema.entries, jid: v.union([hexIdSchema, v.literal('')]) })),
});
export type JobDetailsInfo = v.InferOutput<typeof jobDetailsInfoSchema>;

/** GET /jobs/:jobid/status; `JobStatusInfo`. */
export const jobStatusInfoSchema = v.object({ status: jobStatusSchema });

/** GET /jobs/:jobid/config; `JobConfigInfo`. */
export const jobConfigSchema = v.object({
  jid: hexIdSchema,
  name: v.string(),
  'execution-config': v.object({
    'execution-mode': v.optional(v.string()),
    'restart-strategy': v.string(),
    'job-parallelism': v.number(),
    'object-reuse-mode': v.boolean(),
    'user-config': v.record(v.string(), v.string()),
  }),
});
export type JobConfigInfo = v.InferOutput<typeof jobConfigSchema>;

const subtaskSchema = v.object({
  subtask: v.number(),
  status: executionStateSchema,
  attempt: v.number(),
  /** Removed in Flink 2.0; `endpoint` came with 1.19. */
  host: v.optional(v.string()),
  endpoint: v.optional(v.string()),
  'start-time': v.number(),
  'end-time': v.number(),
  duration: v.number(),
  metrics: ioMetricsSchema,
  'taskmanager-id': v.string(),
  'status-duration': longsByNameSchema,
  start_time: v.number(),
});
export type SubtaskExecutionAttemptDetailsInfo = v.InferOutput<typeof subtaskSchema>;

const aggregateSchema = v.object({
  min: v.number(),
  max: v.number(),
  avg: v.number(),
  sum: v.number(),
  median: v.number(),
  p25: v.number(),
  p75: v.number(),
  p95: v.number(),
});
export type Aggregate = v.InferOutput<typeof aggregateSchema>;

const aggregatesSchema = v.object({
  metrics: v.record(v.string(), aggregateSchema),
  'status-duration': v.record(v.string(), aggregateSchema),
});
export type Aggregates = v.InferOutput<typeof aggregatesSchema>;

/** GET /jobs/:jobid/vertices/:vertexid; `JobVertexDetailsInfo`. */
export const vertexDetailsSchema = v.object({
  id: hexIdSchema,
  name: v.string(),
  parallelism: v.number(),
  maxParallelism: v.number(),
  now: v.number(),
  subtasks: v.array(subtaskSchema),
  aggregated: aggregatesSchema,
});
export type JobVertexDetailsInfo = v.InferOutput<typeof vertexDetailsSchema>;

/** GET /jobs/:jobid/vertices/:vertexid/subtasks/:subtaskindex. */
export const subtaskDetailsSchema = subtaskSchema;

/** GET /jobs/:jobid/vertices/:vertexid/subtasktimes; `SubtasksTimesInfo`. */
export const subtaskTimesSchema = v.object({
  id: hexIdSchema,
  name: v.string(),
  now: v.number(),
  subtasks: v.array(
    v.object({
      subtask: v.number(),
      host: v.optional(v.string()),
      endpoint: v.optional(v.string()),
      duration: v.number(),
      timestamps: longsByNameSchema,
    }),
  ),
});
export type SubtasksTimesInfo = v.InferOutput<typeof subtaskTimesSchema>;

/** GET /jobs/:jobid/vertices/:vertexid/taskmanagers; `JobVertexTaskManagersInfo`. */
export const vertexTaskManagersSchema = v.object({
  id: hexIdSchema,
  name: v.string(),
  now: v.number(),
  taskmanagers: v.array(
    v.object({
      host: v.optional(v.string()),
      endpoint: v.optional(v.string()),
      status: executionStateSchema,
      'start-time': v.number(),
      'end-time': v.number(),
      duration: v.number(),
      metrics: ioMetricsSchema,
      'status-counts': longsByNameSchema,
      'taskmanager-id': v.string(),
      aggregated: aggregatesSchema,
    }),
  ),
});
export type JobVertexTaskManagersInfo = v.InferOutput<typeof vertexTaskManagersSchema>;

/** GET and PUT /jobs/:jobid/resource-requirements, by vertex; `JobResourceRequirementsBody`. */
export const resourceRequirementsSchema = v.record(
  hexIdSchema,
  v.object({ parallelism: v.object({ lowerBound: v.number(), upperBound: v.number() }) }),
);
