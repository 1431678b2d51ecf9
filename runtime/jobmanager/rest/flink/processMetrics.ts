import type { ProcessUsage } from '../../../base/processUsage';
import type { Metrics } from './metricSelection';

/** Of a process: V8's heap stands where the JVM's would. `threads` as in its thread dump. */
export function processMetrics(usage: ProcessUsage, threads: number): Metrics {
  const values: Record<string, number> = {
    'Status.JVM.CPU.Time': Math.round(usage.cpuMs * 1e6),
    'Status.JVM.Memory.Heap.Used': usage.heapUsedBytes,
    'Status.JVM.Memory.Heap.Committed': usage.heapCommittedBytes,
    'Status.JVM.Memory.Heap.Max': usage.heapMaxBytes,
    'Status.JVM.Memory.Direct.MemoryUsed': usage.externalBytes,
    'Status.JVM.Threads.Count': threads,
  };
  return new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
