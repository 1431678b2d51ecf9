/** The job of the 20,000 flights, run on two TaskManagers and judged at its end. */
import assert from 'node:assert/strict';
import { assertExactlyOnce, writeFlights } from './flights';
import { jobFile, TestRuntime, type RuntimeOptions } from './runtime';
import type { Scope } from './scope';
import { TestJob } from './testJob';

export async function startFlights(scope: Scope, settings: RuntimeOptions['settings'] = {}): Promise<TestJob> {
  const runtime = await TestRuntime.start(scope, { settings });
  writeFlights(runtime.folder);
  return TestJob.submit(runtime, { jobFile: jobFile('flightsNdjson') });
}

/** Waits for the end and compares; the job must have recovered that often. */
export async function finishedExactlyOnce(job: TestJob, recoveries: number): Promise<void> {
  await job.finished();
  assertExactlyOnce(job.runtime.folder);
  const all = await job.recoveries();
  assert.deepEqual(
    all.map(({ recovery }) => recovery),
    Array.from({ length: recoveries + 1 }, (_, index) => index),
  );
  const last = all.at(-1);
  assert.equal(last?.status, 'done');
  if (recoveries > 0) assert.ok(last.checkpoint, 'the last recovery started from a checkpoint');
}
