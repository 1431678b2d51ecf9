import { setImmediate } from 'node:timers/promises';
import { clusterOf } from '../../unit/cluster/inProcess';
import { checkpoint, job, jobRecord } from '../../unit/cluster/records';
import { CheckpointLists } from '../../../extension/tree/model/checkpointLists';
import { KeyHistory } from '../../../extension/tree/model/keyHistory';
import type { TreeNode } from '../../../extension/tree/model/node';
import { askChildren } from '../../../extension/tree/model/questions';
import { TreeModel } from '../../../extension/tree/model/treeModel';
import { fakeInspector } from '../../support/fakeCluster/fakeInspector';

const count = 10_000;
const detailed = 50;

/**
 * A tree with one job of 10,000 checkpoints, asked for through the real handlers and client of the REST API, in one process: JSON is
 * written and read, nothing goes over a socket.
 */
export class ManyCheckpoints {
  readonly model: TreeModel;
  private newest = count;
  private drawn = 0;

  constructor() {
    const older = Array.from({ length: count - detailed }, (_, index) => ({
      ...checkpoint(index + 1),
      discarded: true,
      vertices: [],
    }));
    const cluster = clusterOf({
      job: () => {
        const record = jobRecord();
        const history = Array.from({ length: detailed }, (_, index) => ({
          ...checkpoint(this.newest - index),
          discarded: index > 2,
        }));
        return { ...record, checkpoints: { ...record.checkpoints, history, older } };
      },
    });
    const sources = {
      cluster,
      inspector: fakeInspector,
      history: new KeyHistory(fakeInspector),
      checkpoints: new CheckpointLists(),
      lookingAt: () => undefined,
      pins: () => [],
    };
    this.model = new TreeModel({
      root: () => () => [
        {
          key: 'checkpoints',
          about: { k: 'checkpoints', job, savepoints: false },
          look: { label: 'Checkpoints', collapse: 'collapsed' },
        },
      ],
      ask: (node, window, signal) => askChildren(sources, node.id, node.about, window, signal),
      moment: () => ({ nowMs: Date.now(), filesGone: () => false }),
    });
    this.model.changed.on(() => (this.drawn += 1));
  }

  async list(): Promise<TreeNode> {
    const [list] = await this.model.children();
    if (list === undefined) throw new Error('The tree has no list of checkpoints.');
    return list;
  }

  /** Loads every row, and says how long that took in ms. */
  async loadAll(list: TreeNode): Promise<number> {
    await this.model.children(list);
    const start = performance.now();
    await this.model.loadMore(list.id, true);
    const tookMs = performance.now() - start;
    const rows = await this.model.children(list);
    if (rows.length !== count) throw new Error(`${rows.length} rows are shown, not ${count}.`);
    return tookMs;
  }

  /** One more checkpoint completes: how long until the tree told what is to be drawn anew, in ms. */
  async completeOne(): Promise<number> {
    this.newest += 1;
    const drawn = this.drawn;
    await setImmediate();
    const start = performance.now();
    this.model.note({
      e: 'checkpoint',
      job,
      checkpoint: this.newest,
      status: 'COMPLETED',
      savepoint: false,
      acknowledged: 2,
      of: 2,
      seq: 1,
      atMs: 0,
    });
    await this.model.refresh();
    const tookMs = performance.now() - start;
    if (this.drawn === drawn) throw new Error('The new checkpoint is not drawn.');
    return tookMs;
  }
}
