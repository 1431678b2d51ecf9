import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { JobStateError } from '../../../runtime/base/errors';
import type { Cluster } from '../../../runtime/cluster/cluster';
import { FlinkCluster } from '../../../runtime/cluster/flinkCluster';
import { RemoteClusters, type RemoteWorld } from '../../../extension/remote/remoteClusters';
import { askChildren } from '../../../extension/tree/model/questions';
import { withFilesElsewhere } from '../../../extension/tree/model/remoteRows';
import { rootChildren } from '../../../extension/tree/model/rootRows';
import { TreeModel } from '../../../extension/tree/model/treeModel';
import { RecordedFlink } from '../../support/recordedFlink/recordedFlink';
import { sources } from './treeScene';
import { treeText } from './treeText';

const url = 'http://flink.test:8081';

/** Attached clusters in a world whose clock the test moves. */
class World implements RemoteWorld {
  readonly flink = new RecordedFlink('1.20.5');
  kept: readonly string[] = [];
  readonly tokens = new Map<string, string>();
  atMs = Date.UTC(2026, 10, 21, 10);
  waiting: { readonly ms: number; readonly run: () => void }[] = [];

  nowMs = (): number => this.atMs;
  addresses = (): readonly string[] => this.kept;
  token = (of: string): Promise<string | undefined> => Promise.resolve(this.tokens.get(of));

  after(ms: number, run: () => void) {
    const entry = { ms, run };
    this.waiting.push(entry);
    return { dispose: () => void (this.waiting = this.waiting.filter((one) => one !== entry)) };
  }

  keepAddresses(urls: readonly string[]): Promise<void> {
    this.kept = urls;
    return Promise.resolve();
  }

  keepToken(of: string, token: string | undefined): Promise<void> {
    if (token === undefined) this.tokens.delete(of);
    else this.tokens.set(of, token);
    return Promise.resolve();
  }

  async connect(of: string, token: string | undefined): Promise<Cluster> {
    const { fetch } = this.flink;
    const cluster = new FlinkCluster({ url: of, ...(token === undefined ? {} : { token }), fetch, lookEveryMs: 1 });
    await cluster.get('overview', {});
    return cluster;
  }
}

describe('attached clusters', () => {
  let remotes: RemoteClusters | undefined;
  afterEach(() => remotes?.dispose());

  const attached = (world: World): RemoteClusters => (remotes = new RemoteClusters(world));

  function until(clusters: RemoteClusters, fits: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listening = clusters.changed.on(() => {
        if (!fits()) return;
        listening.dispose();
        resolve();
      });
      if (fits()) resolve();
    });
  }

  test('are kept with their token once they have answered, and forgotten with it', async () => {
    const world = new World();
    world.flink.token = 'secret';
    const clusters = attached(world);
    await assert.rejects(clusters.add(url, 'wrong'), (error: unknown) => error instanceof JobStateError);
    assert.deepEqual([world.kept, world.tokens.size, clusters.all.length], [[], 0, 0]);
    await clusters.add(`${url}/#/overview`, 'secret');
    assert.deepEqual([world.kept, world.tokens.get(url)], [[url], 'secret']);
    await clusters.add(url, 'secret');
    assert.equal(clusters.all.length, 1);
    await clusters.remove(url);
    assert.deepEqual([world.kept, world.tokens.size, clusters.all.length], [[], 0, 0]);
  });

  test('are asked nothing while nobody looks', async () => {
    const world = new World();
    world.kept = [url];
    const clusters = attached(world);
    assert.deepEqual(world.flink.asked, []);
    clusters.look(true);
    await until(clusters, () => clusters.all[0]?.data !== undefined);
    clusters.look(false);
    await new Promise((resolve) => setImmediate(resolve));
    const asked = world.flink.asked.length;
    for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(world.flink.asked.length, asked);
    assert.equal(clusters.all[0]?.state.k, 'idle');
  });

  test('keep what they said last, with its age, and are tried again until they are back', async () => {
    const world = new World();
    world.kept = [url];
    const clusters = attached(world);
    clusters.look(true);
    const [cluster] = clusters.all;
    assert.ok(cluster !== undefined);
    const model = modelOf(clusters, world);
    await until(clusters, () => cluster.state.k === 'here');
    world.flink.away = true;
    await until(clusters, () => cluster.state.k === 'away');
    world.atMs += 40_000;
    const [row, job] = (await treeText(model, () => false)).split('\n');
    assert.equal(row, 'v flink.test:8081 | away · last known 40 s ago');
    assert.match(job ?? '', /v orders \| RUNNING/);
    const [retry] = world.waiting;
    assert.equal(retry?.ms, 2_000);
    world.flink.away = false;
    retry.run();
    await until(clusters, () => cluster.state.k === 'here' && cluster.asOfMs === undefined);
    assert.match(await treeText(model, () => false), /Flink 1\.20\.5 · 2 TaskManagers · 4 slots/);
  });

  test('that never answered say why', async () => {
    const world = new World();
    world.kept = [url];
    world.flink.away = true;
    const clusters = attached(world);
    clusters.look(true);
    await until(clusters, () => clusters.all[0]?.state.k === 'away');
    assert.match(
      await treeText(modelOf(clusters, world), () => false),
      /^v flink\.test:8081 \| away\n {2}- flink\.test:8081 does not answer\./,
    );
  });

  test('have the same rows as the runtime, with the verbs that Flink has', async () => {
    const world = new World();
    world.kept = [url];
    const clusters = attached(world);
    clusters.look(true);
    await until(clusters, () => clusters.all[0]?.state.k === 'here');
    const model = modelOf(clusters, world);
    const text = await treeText(model, ({ about }) => about.k === 'checkpoints' && about.savepoints);
    assert.match(
      text,
      / {6}- order totals \| 2 subtasks · [\d,]+ records in\n {6}- totals sink: Writer \| 2 subtasks\n/,
    );
    assert.match(text, / {4}> Checkpoints \| \d+ · every 3 s/);
    assert.match(text, / {6}> savepoint-d376f8-/);
    const job = model.find(({ k }) => k === 'job');
    assert.deepEqual(job?.look.tokens, ['job', 'hasId', 'savepointable', 'stoppable', 'checkpointable', 'cancellable']);
    const savepoint = model.find((about) => about.k === 'checkpoint' && about.savepoint);
    assert.deepEqual(savepoint?.look.tokens, ['hasPath', 'disposable']);
    const row = model.find(({ k }) => k === 'cluster');
    assert.match(row?.look.tooltip ?? '', /Flink cannot:\n- run a job file of this project\n/);
  });
});

function modelOf(clusters: RemoteClusters, world: World): TreeModel {
  const asked = { ...sources(), lookingAt: () => undefined, pins: () => [] };
  return new TreeModel({
    root: () => rootChildren({ state: { k: 'none' }, data: undefined, remotes: clusters.all, interrupted: [] }),
    ask: ({ id, about }, window, signal) => {
      const cluster = 'job' in about ? clusters.ofJob(about.job) : undefined;
      if (cluster === undefined) return undefined;
      return askChildren({ ...asked, cluster }, id, about, window, signal).then(withFilesElsewhere);
    },
    moment: () => ({ nowMs: world.nowMs(), filesGone: () => false }),
  });
}
