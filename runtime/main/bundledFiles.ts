/** The files of dist/ that stand beside the program, runtime.mjs. */
export interface BundledFiles {
  readonly watchdogWorker: URL;
  readonly parquetWorker: URL;
  /** What `import … from 'job-state'` means in a job. */
  readonly library: URL;
}

/** `program` is the URL of runtime.mjs: the code that asks may lie in a piece of it, in another folder. */
export function bundledFiles(program: URL): BundledFiles {
  return {
    watchdogWorker: new URL('./watchdog-worker.mjs', program),
    parquetWorker: new URL('./parquet-worker.mjs', program),
    library: new URL('./job-state.mjs', program),
  };
}
