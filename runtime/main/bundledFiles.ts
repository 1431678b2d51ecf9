/** The files of dist/ that stand beside the bundle of runtime/main.ts. */
export const bundled = {
  watchdogWorker: new URL('./watchdog-worker.mjs', import.meta.url),
  parquetWorker: new URL('./parquet-worker.mjs', import.meta.url),
  /** What `import … from 'job-state'` means in a job. */
  library: new URL('./job-state.mjs', import.meta.url),
};
