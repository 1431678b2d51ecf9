import * as vscode from 'vscode';
import { userError } from '../../runtime/base/errors';
import type { JobId } from '../../runtime/base/ids';
import type { CheckpointInfo } from '../../runtime/cluster/model';
import { sizeText } from '../../runtime/rest/recovery/recoveryText';
import { treeOf, type Services } from '../services';
import { plainPath } from '../tree/model/checkpointRows';
import { keyText, valueText } from '../tree/model/entryRows';
import { ageText, countText, joined } from '../tree/model/format';
import type { StateRef, StoredPoint, TreeNode } from '../tree/model/node';
import { lookUp } from '../tree/model/stateReading';
import { clusterOf, jobOf, pickJob } from './picks';
import { askText, pickOne } from './questions';

/** A live state that is picked among those of all operators of a job. */
async function pickState(services: Services): Promise<StateRef> {
  const { id: job } = await pickJob(services, undefined, 'liveState');
  const operators = await clusterOf(services, job).get('operators', { job });
  const items = operators.flatMap(({ id: operator, uid, name, keyType, states }) =>
    keyType === undefined
      ? []
      : states.map((state) => ({
          label: `$(table) ${state.name}`,
          description: joined(uid ?? name, countText(state.entries, 'key')),
          ref: { from: 'live', job, operator, state: state.name } as const,
        })),
  );
  if (items.length === 0) {
    throw userError(
      'state.none-keyed',
      'No operator of this job has keyed state.',
      'Look at its operators in the Jobs view.',
    );
  }
  return (await pickOne(items, { title: 'Look into which state?', matchOnDescription: true })).ref;
}

/** Asks for a key and says its value: now, or in the snapshot that is shown. */
export async function lookUpKey(services: Services, node: TreeNode | undefined): Promise<void> {
  const ref = node?.about.k === 'state' ? node.about.ref : await pickState(services);
  const cluster = ref.from === 'live' ? clusterOf(services, ref.job) : undefined;
  const key = await askText({ title: `Look up a key of ${ref.state}`, prompt: 'The whole key.' });
  const found = await lookUp({ cluster, inspector: services.inspector }, ref, key);
  const [first] = found;
  if (first === undefined) {
    void vscode.window.showInformationMessage(`${ref.state} has no entry for ${key}.`);
    return;
  }
  const where = joined(
    `subtask ${first.subtask + 1}`,
    first.keyGroup === undefined ? undefined : `key group ${first.keyGroup}`,
    found.length === 1 ? undefined : `and ${found.length - 1} more of this key`,
  );
  const chosen = await vscode.window.showInformationMessage(
    `${keyText(first.key)}: ${first.text} (${where})`,
    'Copy Value',
  );
  if (chosen === 'Copy Value') await vscode.env.clipboard.writeText(found.map(valueText).join('\n'));
}

/** Shows only the entries of a state that match. */
export async function filterEntries(services: Services, node: TreeNode | undefined): Promise<void> {
  if (node?.about.k !== 'state') return;
  const { model, view } = treeOf(services, node);
  const before = model.filterOf(node.id) ?? '';
  const filter = await askText({
    title: `Filter the entries of ${node.about.ref.state}`,
    prompt: 'A part of the key or value; also subtask:2 or group:88. Nothing shows all.',
    value: before,
  });
  await view.reveal(node, { expand: true, select: false });
  await model.setFilter(node, filter.trim() === '' ? undefined : filter.trim());
}

export async function clearFilter(services: Services, node: TreeNode | undefined): Promise<void> {
  if (node?.about.k !== 'filter') return;
  const { model } = treeOf(services, node);
  const { of } = node.about;
  const filtered = model.nodeOf(of);
  if (filtered !== undefined) await model.setFilter(filtered, undefined);
}

const pointsOffered = 1_000;

/** Shows the operators of a job as a checkpoint or savepoint has them: that of the row, or one that is picked. */
export async function showStateAt(services: Services, node: TreeNode | undefined): Promise<void> {
  const job = (node === undefined ? undefined : jobOf(node)) ?? (await pickJob(services, undefined, 'liveState')).id;
  await lookAt(services, job, pointOf(node) ?? (await pickPoint(services, job)));
}

function pointOf(node: TreeNode | undefined): StoredPoint | undefined {
  const about = node?.about;
  if (about?.k !== 'checkpoint' || about.path === undefined) return undefined;
  return { checkpoint: about.checkpoint, savepoint: about.savepoint, path: about.path };
}

async function pickPoint(services: Services, job: JobId): Promise<StoredPoint> {
  const cluster = clusterOf(services, job);
  const lists = await Promise.all(
    [false, true].map((savepoints) => cluster.get('checkpoints', { job, savepoints }, { limit: pointsOffered })),
  );
  const items = lists
    .flatMap(({ items }) => items)
    .flatMap((info) => (info.path === undefined || info.discarded ? [] : [pointItem(info, plainPath(info.path))]))
    .sort((a, b) => b.point.checkpoint - a.point.checkpoint);
  return (await pickOne(items, { title: 'Show the state at which snapshot?', matchOnDescription: true })).point;
}

function pointItem(info: CheckpointInfo, path: string): vscode.QuickPickItem & { point: StoredPoint } {
  const { id: checkpoint, savepoint, triggerMs, durationMs, sizeBytes } = info;
  return {
    label: `${savepoint ? '$(save) savepoint' : '$(history) checkpoint'} ${checkpoint}`,
    description: joined(ageText(triggerMs + durationMs, Date.now()), sizeText(sizeBytes)),
    point: { checkpoint, savepoint, path },
  };
}

export async function showLiveState(services: Services, node: TreeNode | undefined): Promise<void> {
  const job = node === undefined ? undefined : jobOf(node);
  if (job !== undefined) await lookAt(services, job, undefined);
}

async function lookAt({ tree }: Services, job: JobId, point: StoredPoint | undefined): Promise<void> {
  tree.lookingAt.set(job, point);
  await tree.model.askAgain((about) => about.k === 'job' && about.job === job);
  const operators = tree.model.find((about) => about.k === 'operators' && about.job === job);
  if (operators !== undefined) await tree.view.reveal(operators, { expand: true, select: true });
}

/** Follows a key through the checkpoints of its job. */
export async function pinKey(services: Services, node: TreeNode | undefined): Promise<void> {
  if (node?.about.k !== 'entry' || node.about.job === undefined) return;
  const { job, ref, entry } = node.about;
  const cluster = clusterOf(services, job);
  const [{ name }, operators] = await Promise.all([cluster.get('job', { job }), cluster.get('operators', { job })]);
  const operator = operators.find(({ id }) => id === ref.operator);
  const { keyGroup } = entry;
  services.tree.pins.add({
    jobName: name,
    operator: ref.operator,
    operatorName: operator?.uid ?? operator?.name ?? ref.operator,
    state: ref.state,
    key: entry.key,
    ...(keyGroup === undefined ? {} : { keyGroup }),
  });
  await services.tree.model.askAgain((about) => about.k === 'job');
  const pinned = services.tree.model.find(
    (about) => about.k === 'pin' && about.job === job && about.pin.key === entry.key && about.pin.state === ref.state,
  );
  if (pinned !== undefined) await services.tree.view.reveal(pinned, { expand: true, select: true });
}

export async function unpinKey({ tree }: Services, node: TreeNode | undefined): Promise<void> {
  if (node?.about.k !== 'pin') return;
  tree.pins.remove(node.about.pin);
  await tree.model.askAgain((about) => about.k === 'job');
}
