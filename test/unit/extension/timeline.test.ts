import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { LiveData } from '../../../extension/runtime/liveJobs';
import { Signal } from '../../../extension/support/signal';
import { timelineOf, withFacts, type JobFacts } from '../../../extension/timeline/jobTimelines';
import { readTimelines, writeTimelines } from '../../../extension/timeline/timelineFile';
import { TimelineKeeper } from '../../../extension/timeline/timelineKeeper';
import { id, type JobId } from '../../../runtime/base/ids';
import type { JobEvent } from '../../../runtime/cluster/jobEvents';
import { checkpointInfo, flightsCluster, job, jobDetails, recoveryInfo } from '../../support/fakeCluster/flightsData';

const facts = (more: Partial<JobFacts> = {}): JobFacts => ({
  job: jobDetails(),
  checkpoints: [checkpointInfo(48), checkpointInfo(47)],
  recoveries: [recoveryInfo(), recoveryInfo({ recovery: 0 })],
  ...more,
});

describe('the timelines of jobs', () => {
  test('are in the order of time, without what is under way and without the start', () => {
    const checkpoints = [
      checkpointInfo(49, { status: 'IN_PROGRESS' }),
      checkpointInfo(48, { status: 'FAILED', failure: 'declined' }),
      checkpointInfo(47),
    ];
    const [timeline] = withFacts([], facts({ checkpoints }));
    assert.deepEqual(
      timeline?.entries.map((entry) => `${entry.k} ${entry.id}`),
      ['recovery 1', 'checkpoint 47', 'checkpoint 48'],
    );
    const last = timeline.entries.at(-1);
    assert.equal(last?.k === 'checkpoint' ? last.failure : '', 'declined');
  });

  test('keep what the engine has forgotten, and take over what changed', () => {
    const first = withFacts([], facts({ recoveries: [recoveryInfo({ status: 'running' })] }));
    const second = withFacts(first, facts({ checkpoints: [checkpointInfo(49)] }));
    const timeline = timelineOf(second, job);
    assert.deepEqual(
      timeline?.entries.map(({ id: number }) => number),
      [1, 47, 48, 49],
    );
  });

  test('a savepoint and a checkpoint of one id are two', () => {
    const checkpoints = [checkpointInfo(48), checkpointInfo(48, { savepoint: true })];
    assert.equal(withFacts([], facts({ checkpoints, recoveries: [] }))[0]?.entries.length, 2);
  });

  test('are bounded: of a job, and in number; the oldest goes first', () => {
    const checkpoints = Array.from({ length: 2_500 }, (_, index) =>
      checkpointInfo(index + 1, { triggerMs: index * 1_000 }),
    );
    const [timeline] = withFacts([], facts({ checkpoints, recoveries: [] }));
    assert.deepEqual([timeline?.entries.length, timeline?.entries[0]?.id], [2_000, 501]);
    let timelines = withFacts([], facts());
    for (let number = 0; number < 25; number += 1) {
      const other = id<JobId>(number.toString(16).padStart(32, '0'));
      timelines = withFacts(timelines, facts({ job: { ...jobDetails(), id: other, startMs: number } }));
    }
    assert.equal(timelines.length, 20);
    assert.ok(timelineOf(timelines, job), 'the newest stays');
  });
});

describe('the file of the timelines', () => {
  test('is read as it was written, as a whole; there is none at first', async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'storage', 'timelines.json');
    assert.deepEqual(await readTimelines(path), []);
    const timelines = withFacts([], facts());
    await writeTimelines(path, timelines);
    assert.deepEqual(await readTimelines(path), timelines);
    assert.deepEqual(await readdir(join(folder, 'storage')), ['timelines.json']);
  });

  test('what cannot be understood is put aside, not overwritten', async (t) => {
    const path = join(await temporaryFolder(t), 'timelines.json');
    await writeFile(path, '{"version":1,"timelines":[{"job":"x"}]}');
    assert.deepEqual(await readTimelines(path), []);
    assert.match(await readFile(`${path}.bad`, 'utf8'), /"x"/);
  });
});

describe('the keeper of the timelines', () => {
  test('asks after something happened, and the next life knows what this one saw', async (t) => {
    const path = join(await temporaryFolder(t), 'timelines.json');
    const event = new Signal<JobEvent>();
    const changed = new Signal<LiveData | undefined>();
    const cluster = flightsCluster();
    const failures: unknown[] = [];
    const keep = (): TimelineKeeper =>
      new TimelineKeeper(
        () => cluster,
        { event, changed },
        path,
        (error) => failures.push(error),
      );
    const keeper = keep();
    assert.deepEqual(await keeper.all(), []);
    assert.deepEqual(cluster.asked, [], 'nothing happened yet');
    const seen = new Promise((resolve) => keeper.changed.on(resolve));
    event.fire({ e: 'metrics', job, seq: 1, atMs: 0 });
    event.fire({
      e: 'checkpoint',
      job,
      checkpoint: 48,
      status: 'COMPLETED',
      savepoint: false,
      acknowledged: 4,
      of: 4,
      seq: 2,
      atMs: 0,
    });
    assert.equal(await seen, job);
    assert.equal((await keeper.of(job))?.entries.length, 48 + 1 + 1);
    await keeper.flush();
    keeper.dispose();
    const next = keep();
    t.after(() => next.dispose());
    assert.equal((await next.of(job))?.entries.length, 50);
    assert.deepEqual(failures, []);
  });
});

async function temporaryFolder(t: { after(run: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'job-state-timeline-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}
