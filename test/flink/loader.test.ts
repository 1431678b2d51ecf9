/** What the runtime wrote is read by Flink's own loader of snapshots. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Logger } from '../../runtime/base/env';
import { NodeDisk } from '../../runtime/host/nodeDisk';
import { openSnapshot, showSnapshot } from '../../runtime/inspect/snapshot';
import { jobFile, TestRuntime } from '../processes/runtime';
import { TestJob } from '../processes/testJob';
import { flinkOr } from './engines';
import { runToEnd } from './runToEnd';

const limitMs = 400_000;
const noLog: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

for (const version of ['1.20.5', '2.2.1'] as const) {
  test(`the loader of Flink ${version} reads our checkpoint and our savepoint`, { timeout: limitMs }, async (t) => {
    const engines = await flinkOr(t, version);
    if (engines === undefined) return;
    const environment = { KEYED_COUNT_RATE: '5000', KEYED_COUNT_CHECKPOINT_MS: '200' };
    const runtime = await TestRuntime.start(t, { environment });
    const job = await TestJob.submit(runtime, { jobFile: jobFile('keyedCount'), parallelism: 2 });
    await job.checkpoints(2);
    const { path: savepoint } = await runtime.cluster.run('triggerSavepoint', { job: job.id });
    await runtime.cluster.run('cancel', { job: job.id });
    await job.status('CANCELED');
    const checkpoint = (await job.checkpointInfos()).find(
      (info) => !info.savepoint && !info.discarded && info.status === 'COMPLETED',
    )?.path;
    assert.ok(checkpoint);
    for (const path of [checkpoint, savepoint]) {
      const classPath = [join(engines.home, 'lib', '*'), engines.jar].join(':');
      const read = await runToEnd('java', ['-cp', classPath, 'jobstate.ReadMetadata', path], { limitMs: 60_000 });
      assert.equal(read.code, 0, read.output);
      const lines = read.output.split('\n').filter((line) => /^(?:checkpoint|operator) /.test(line));
      assert.deepEqual(lines.sort(), (await asWeRead(path)).sort());
    }
  });
}

/** What we read, in the words of ReadMetadata.java. */
async function asWeRead(path: string): Promise<string[]> {
  const info = showSnapshot(await openSnapshot(new NodeDisk(), noLog, path));
  const operators = info.operators.map(({ id, sizeBytes, subtasks }) => {
    const sizes = subtasks.map((one) => `${one.subtask}:${one.sizeBytes}`).join(' ');
    return `operator ${id} ${sizeBytes} ${sizes}`.trimEnd();
  });
  return [`checkpoint ${info.checkpoint}`, ...operators];
}
