import { getHeapStatistics } from 'node:v8';
import type { ProcessUsage } from '../base/processUsage';

/** What this process uses now. */
export function processUsage(): ProcessUsage {
  const { heapUsed, heapTotal, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    heapUsedBytes: heapUsed,
    heapCommittedBytes: heapTotal,
    heapMaxBytes: getHeapStatistics().heap_size_limit,
    externalBytes: external,
    cpuMs: (user + system) / 1_000,
  };
}
