import assert from 'node:assert/strict';
import type { LastRun } from '../../../extension/runtime/lastRuns';
import type { RuntimeState } from '../../../extension/runtime/runtimeState';
import { CheckpointLists } from '../../../extension/tree/model/checkpointLists';
import { KeyHistory } from '../../../extension/tree/model/keyHistory';
import type { Pin, StoredPoint, TreeNode } from '../../../extension/tree/model/node';
import { askChildren } from '../../../extension/tree/model/questions';
import { rootChildren } from '../../../extension/tree/model/rootRows';
import { TreeModel } from '../../../extension/tree/model/treeModel';
import type { FakeCluster } from '../../support/fakeCluster/fakeCluster';
import { fakeInspector } from '../../support/fakeCluster/fakeInspector';
import { flightsCluster, jobDetails, nowMs } from '../../support/fakeCluster/flightsData';

/** A model of the Jobs view on a fake cluster; what is told to be drawn anew stands in `changes`. */
export interface Scene {
  readonly model: TreeModel;
  readonly cluster: FakeCluster;
  readonly changes: (readonly (string | undefined)[])[];
  details: ReturnType<typeof jobDetails>;
  gone: Set<string>;
  /** The snapshot at which the job's state is shown. */
  at?: StoredPoint;
  pins: readonly Pin[];
  nowMs: number;
}

/** What a model asks besides its cluster. */
export const sources = () => ({
  inspector: fakeInspector,
  history: new KeyHistory(fakeInspector),
  checkpoints: new CheckpointLists(),
});

export function scene(state?: RuntimeState, interrupted: readonly LastRun[] = []): Scene {
  const cluster = flightsCluster();
  const made: Omit<Scene, 'model'> = { cluster, changes: [], details: jobDetails(), gone: new Set(), nowMs, pins: [] };
  const asked = sources();
  const model = new TreeModel({
    ask: ({ id: node, about }, window, signal) => {
      const lookingAt = (): StoredPoint | undefined => made.at;
      return askChildren({ ...asked, cluster, lookingAt, pins: () => made.pins }, node, about, window, signal);
    },
    moment: () => ({ nowMs: made.nowMs, filesGone: (path) => made.gone.has(path) }),
    root: () =>
      rootChildren({
        state: state ?? { k: 'connected', cluster, pid: 1, owned: true },
        data: { overview: { version: '0.1.0', taskManagers: 2, slots: 4, freeSlots: 0 }, jobs: [made.details] },
        remotes: [],
        interrupted,
      }),
  });
  model.changed.on((nodes) => made.changes.push(nodes.map((node) => node?.id)));
  return Object.assign(made, { model });
}

export const endsWith =
  (...ends: readonly string[]) =>
  (node: TreeNode): boolean =>
    ends.some((end) => node.id.endsWith(end));

/** The node to which these labels lead from the first level, each by a part of it. */
export async function nodeAt(model: TreeModel, ...labels: readonly string[]): Promise<TreeNode> {
  let at: TreeNode | undefined;
  for (const label of labels) {
    at = (await model.children(at)).find((node) => node.look.label.includes(label));
    assert.ok(at, `no row ${label}`);
  }
  assert.ok(at);
  return at;
}
