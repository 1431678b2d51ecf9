import * as v from 'valibot';
import { hexIdSchema } from './common';

/** GET /overview; `ClusterOverviewWithVersion`. */
export const clusterOverviewSchema = v.object({
  taskmanagers: v.number(),
  'slots-total': v.number(),
  'slots-available': v.number(),
  'jobs-running': v.number(),
  'jobs-finished': v.number(),
  'jobs-cancelled': v.number(),
  'jobs-failed': v.number(),
  'flink-version': v.string(),
  'flink-commit': v.string(),
});

/** GET /config; `DashboardConfiguration`. */
export const dashboardConfigurationSchema = v.object({
  'refresh-interval': v.number(),
  'timezone-name': v.string(),
  'timezone-offset': v.number(),
  'flink-version': v.string(),
  'flink-revision': v.string(),
  features: v.object({
    'web-submit': v.boolean(),
    'web-cancel': v.boolean(),
    'web-rescale': v.boolean(),
    'web-history': v.boolean(),
  }),
});
export type DashboardConfiguration = v.InferOutput<typeof dashboardConfigurationSchema>;

/** GET /datasets; `ClusterDataSetListResponseBody`. */
export const datasetsSchema = v.object({
  dataSets: v.array(v.object({ id: hexIdSchema, isComplete: v.boolean() })),
});

/** Memory in MiB. */
const resourceProfileSchema = v.object({
  cpuCores: v.number(),
  taskHeapMemory: v.number(),
  taskOffHeapMemory: v.number(),
  managedMemory: v.number(),
  networkMemory: v.number(),
  extendedResources: v.record(v.string(), v.unknown()),
});
export type ResourceProfileInfo = v.InferOutput<typeof resourceProfileSchema>;

const taskManagerFields = {
  id: v.string(),
  path: v.string(),
  dataPort: v.number(),
  jmxPort: v.number(),
  /** In fact the epoch ms of the last heartbeat, 0 before the first. */
  timeSinceLastHeartbeat: v.number(),
  slotsNumber: v.number(),
  freeSlots: v.number(),
  totalResource: resourceProfileSchema,
  freeResource: resourceProfileSchema,
  hardware: v.object({
    cpuCores: v.number(),
    physicalMemory: v.number(),
    freeMemory: v.number(),
    managedMemory: v.number(),
  }),
  /** In bytes. */
  memoryConfiguration: v.object({
    frameworkHeap: v.number(),
    taskHeap: v.number(),
    frameworkOffHeap: v.number(),
    taskOffHeap: v.number(),
    networkMemory: v.number(),
    managedMemory: v.number(),
    jvmMetaspace: v.number(),
    jvmOverhead: v.number(),
    totalFlinkMemory: v.number(),
    totalProcessMemory: v.number(),
  }),
};

const taskManagerSchema = v.object(taskManagerFields);
export type TaskManagerInfo = v.InferOutput<typeof taskManagerSchema>;

/** GET /taskmanagers; `TaskManagersInfo`. */
export const taskManagersSchema = v.object({ taskmanagers: v.array(taskManagerSchema) });

/** GET /taskmanagers/:taskmanagerid; `TaskManagerDetailsInfo`. */
export const taskManagerDetailsSchema = v.object({
  ...taskManagerFields,
  allocatedSlots: v.array(v.object({ jobId: hexIdSchema, resource: resourceProfileSchema })),
  metrics: v.object({
    heapUsed: v.number(),
    heapCommitted: v.number(),
    heapMax: v.number(),
    nonHeapUsed: v.number(),
    nonHeapCommitted: v.number(),
    nonHeapMax: v.number(),
    directCount: v.number(),
    directUsed: v.number(),
    directMax: v.number(),
    mappedCount: v.number(),
    mappedUsed: v.number(),
    mappedMax: v.number(),
    /** Gone in Flink 2. */
    memorySegmentsAvailable: v.optional(v.number()),
    memorySegmentsTotal: v.optional(v.number()),
    nettyShuffleMemorySegmentsAvailable: v.number(),
    nettyShuffleMemorySegmentsUsed: v.number(),
    nettyShuffleMemorySegmentsTotal: v.number(),
    nettyShuffleMemoryAvailable: v.number(),
    nettyShuffleMemoryUsed: v.number(),
    nettyShuffleMemoryTotal: v.number(),
    garbageCollectors: v.array(v.object({ name: v.string(), count: v.number(), time: v.number() })),
  }),
});
export type TaskManagerDetailsInfo = v.InferOutput<typeof taskManagerDetailsSchema>;
export type TaskManagerMetricsInfo = TaskManagerDetailsInfo['metrics'];
