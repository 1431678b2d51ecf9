/** What a process uses of its machine. */
export interface ProcessUsage {
  /** Of V8's heap. */
  readonly heapUsedBytes: number;
  readonly heapCommittedBytes: number;
  readonly heapMaxBytes: number;
  /** Buffers outside of it. */
  readonly externalBytes: number;
  /** CPU time since its start, over all its threads. */
  readonly cpuMs: number;
}
