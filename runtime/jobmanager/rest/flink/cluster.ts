import type {
  DashboardConfiguration,
  ResourceProfileInfo,
  TaskManagerDetailsInfo,
  TaskManagerInfo,
  TaskManagerMetricsInfo,
} from '../../../rest/answers/cluster';
import type { JobStatus } from '../../../base/status';
import type { JobRecord, TaskManagerRecord } from '../../records';
import type { HandlerContext, Handlers } from '../handlers';
import { aggregated, selected, type Metrics } from './metricSelection';
import { processMetrics } from './processMetrics';
import { findTaskManager, registeredTaskManagers } from './taskManagers';
import { taskManagerThreads } from './threadDump';

export function clusterHandlers({
  gateway,
  clock,
  version,
}: HandlerContext): Handlers<
  'overview' | 'config' | 'datasets' | 'taskManagers' | 'taskManager' | 'taskManagersMetrics' | 'taskManagerMetrics'
> {
  const metrics = (taskManager: TaskManagerRecord): Metrics => metricsOf(taskManager, gateway.jobs(), clock.wallMs());
  return {
    overview: () => {
      const cluster = gateway.cluster();
      const count = (...statuses: readonly JobStatus[]): number =>
        gateway.jobs().filter(({ status }) => statuses.includes(status)).length;
      return {
        taskmanagers: cluster.taskManagers,
        'slots-total': cluster.slots,
        'slots-available': cluster.freeSlots,
        'jobs-running': gateway.jobs().length - count('FINISHED', 'CANCELED', 'FAILED'),
        'jobs-finished': count('FINISHED'),
        'jobs-cancelled': count('CANCELED'),
        'jobs-failed': count('FAILED'),
        'flink-version': version,
        'flink-commit': 'embedded',
      };
    },
    config: () => dashboardConfiguration(version),
    datasets: () => ({ dataSets: [] }),
    taskManagers: () => ({ taskmanagers: registeredTaskManagers(gateway).map(taskManagerInfo) }),
    taskManager: ({ path }) => taskManagerDetails(findTaskManager(gateway, path.taskmanagerid)),
    taskManagerMetrics: ({ path, query }) => selected(metrics(findTaskManager(gateway, path.taskmanagerid)), query.get),
    taskManagersMetrics: ({ query }) =>
      aggregated(
        registeredTaskManagers(gateway)
          .filter(({ id }) => query.taskmanagers?.includes(id) ?? true)
          .map(metrics),
        query.get,
        query.agg,
      ),
  };
}

function dashboardConfiguration(version: string): DashboardConfiguration {
  return {
    'refresh-interval': 3_000,
    'timezone-name': 'Coordinated Universal Time',
    'timezone-offset': 0,
    'flink-version': version,
    'flink-revision': `embedded @ ${version}`,
    features: { 'web-submit': false, 'web-cancel': true, 'web-rescale': false, 'web-history': false },
  };
}

/** TaskManagers of the embedded runtime are not given a budget: one CPU a slot, memory as the process needs it. */
function resources(slots: number): ResourceProfileInfo {
  return {
    cpuCores: slots,
    taskHeapMemory: 0,
    taskOffHeapMemory: 0,
    managedMemory: 0,
    networkMemory: 0,
    extendedResources: {},
  };
}

function taskManagerInfo(record: TaskManagerRecord): TaskManagerInfo {
  return {
    id: record.id,
    path: record.dataAddress ?? '',
    dataPort: -1,
    jmxPort: -1,
    timeSinceLastHeartbeat: record.lastHeartbeatMs ?? 0,
    slotsNumber: record.slots,
    freeSlots: record.freeSlots,
    totalResource: resources(record.slots),
    freeResource: resources(record.freeSlots),
    hardware: { cpuCores: record.slots, physicalMemory: 0, freeMemory: 0, managedMemory: 0 },
    memoryConfiguration: {
      frameworkHeap: 0,
      taskHeap: 0,
      frameworkOffHeap: 0,
      taskOffHeap: 0,
      networkMemory: 0,
      managedMemory: 0,
      jvmMetaspace: 0,
      jvmOverhead: 0,
      totalFlinkMemory: 0,
      totalProcessMemory: 0,
    },
  };
}

const noJvmMetrics: Omit<TaskManagerMetricsInfo, 'heapUsed' | 'heapCommitted' | 'heapMax' | 'directUsed'> = {
  nonHeapUsed: 0,
  nonHeapCommitted: 0,
  nonHeapMax: 0,
  directCount: 0,
  directMax: 0,
  mappedCount: 0,
  mappedUsed: 0,
  mappedMax: 0,
  memorySegmentsAvailable: 0,
  memorySegmentsTotal: 0,
  nettyShuffleMemorySegmentsAvailable: 0,
  nettyShuffleMemorySegmentsUsed: 0,
  nettyShuffleMemorySegmentsTotal: 0,
  nettyShuffleMemoryAvailable: 0,
  nettyShuffleMemoryUsed: 0,
  nettyShuffleMemoryTotal: 0,
  garbageCollectors: [],
};

function taskManagerDetails(record: TaskManagerRecord): TaskManagerDetailsInfo {
  return {
    ...taskManagerInfo(record),
    allocatedSlots: record.allocated.map(({ job }) => ({ jobId: job, resource: resources(1) })),
    metrics: {
      ...noJvmMetrics,
      heapUsed: record.usage?.heapUsedBytes ?? 0,
      heapCommitted: record.usage?.heapCommittedBytes ?? 0,
      heapMax: record.usage?.heapMaxBytes ?? 0,
      directUsed: record.usage?.externalBytes ?? 0,
    },
  };
}

function metricsOf(taskManager: TaskManagerRecord, jobs: readonly JobRecord[], nowMs: number): Metrics {
  const { usage } = taskManager;
  if (usage === undefined) return new Map();
  const threads = taskManagerThreads(taskManager, jobs, nowMs).threadInfos.length;
  return new Map([...processMetrics(usage, threads), ['Status.JVM.CPU.Load', String(usage.cpuLoad)]]);
}
