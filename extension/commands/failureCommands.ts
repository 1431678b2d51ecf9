import * as vscode from 'vscode';
import type { Fault } from '../../runtime/base/faults';
import type { FaultId } from '../../runtime/base/ids';
import type { JobDetails } from '../../runtime/cluster/model';
import type { Services } from '../services';
import { countText } from '../tree/model/format';
import { faultText } from '../tree/model/jobRows';
import type { TreeNode } from '../tree/model/node';
import {
  kindChoices,
  momentChoices,
  subtaskChoices,
  taskManagerChoices,
  type FailureKind,
  type Selected,
} from './failureChoices';
import { connected, pickJob } from './picks';
import { askText, pickOne } from './questions';
import { Dismissed } from './reporting';

/** How an injection is done: by the cluster's verb, or through a debug session. */
type Inject = (fault: Fault) => Promise<unknown>;

/** The first question: what goes wrong; a switch in the same list holds the recovery that follows. */
async function pickKind(job: JobDetails, canHold: boolean): Promise<{ kind: FailureKind; hold: boolean }> {
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { failure?: FailureKind }>();
  picker.title = `Inject a failure into ${job.name}`;
  picker.placeholder = 'What goes wrong?';
  picker.ignoreFocusOut = true;
  let hold = job.holdArmed;
  const draw = (): void => {
    const toggle = {
      label: hold
        ? '$(pass-filled) Hold the recovery that follows'
        : '$(circle-large-outline) Hold the recovery that follows',
      description: hold ? 'on' : 'off',
      alwaysShow: true,
    };
    picker.items = [
      ...kindChoices.map(({ kind, label, detail }) => ({ label, detail, failure: kind })),
      ...(canHold ? [{ label: '', kind: vscode.QuickPickItemKind.Separator }, toggle] : []),
    ];
  };
  draw();
  try {
    return await new Promise((resolve, reject) => {
      picker.onDidAccept(() => {
        const [chosen] = picker.selectedItems;
        if (chosen?.failure !== undefined) {
          resolve({ kind: chosen.failure, hold });
          return;
        }
        hold = !hold;
        draw();
      });
      picker.onDidHide(() => reject(new Dismissed()));
      picker.show();
    });
  } finally {
    picker.dispose();
  }
}

async function pickWhen(): Promise<(Fault & { k: 'throwInTask' })['when']> {
  const { when } = await pickOne(momentChoices, { title: 'When?' });
  if (when !== 'ask') return when;
  const text = await askText({
    title: 'At which record?',
    prompt: 'Counted from now on, in this subtask.',
    value: '1000',
    validateInput: (value) => (/^[1-9]\d{0,14}$/.test(value) ? undefined : 'A whole number from 1.'),
  });
  return { at: 'record', count: Number(text) };
}

async function pickFault(
  services: Services,
  job: JobDetails,
  kind: FailureKind,
  selected: Selected | undefined,
): Promise<Fault> {
  const cluster = connected(services);
  if (kind === 'kill' || kind === 'lose') {
    const choices = taskManagerChoices(job, await cluster.get('taskManagers', {}), selected);
    const title = kind === 'kill' ? 'Kill which TaskManager?' : 'Lose which TaskManager?';
    const { taskManager } = await pickOne(choices, { title });
    return { k: 'killTaskManager', taskManager, lose: kind === 'lose' };
  }
  const choices = subtaskChoices(job, await cluster.get('operators', { job: job.id }), kind, selected);
  const { operator, subtask } = await pickOne(choices, { title: 'Where?' });
  if (kind === 'decline') return { k: 'declineCheckpoint', job: job.id, operator, subtask };
  if (kind !== 'throw') {
    return { k: 'localCopy', how: kind === 'loseCopy' ? 'lose' : 'corrupt', job: job.id, operator, subtask };
  }
  const when = await pickWhen();
  const message = await askText({ title: 'With which message?', value: 'injected failure' });
  return { k: 'throwInTask', job: job.id, operator, subtask, message, when };
}

/** Asks what, where and when, then does it; what waits for its moment is shown in the tree. */
export async function askAndInject(
  services: Services,
  job: JobDetails,
  selected: Selected | undefined,
  inject: Inject,
): Promise<void> {
  const cluster = connected(services);
  const { kind, hold } = await pickKind(job, cluster.can('holdRecovery', job.id).ok);
  const fault = await pickFault(services, job, kind, selected);
  if (hold !== job.holdArmed) await cluster.run('holdNextRecovery', { job: job.id, hold });
  await inject(fault);
}

export async function injectFailure(services: Services, node?: TreeNode): Promise<void> {
  const job = await pickJob(services, node, 'injectFault');
  await askAndInject(services, job, undefined, (fault) => connected(services).run('inject', { fault }));
}

export async function disarmFailure(services: Services, node?: TreeNode): Promise<void> {
  const cluster = connected(services);
  if (node?.about.k === 'fault') {
    await cluster.run('disarm', { fault: node.about.fault });
    return;
  }
  const armed = (await cluster.get('faults', {})).filter((fault) => fault.state === 'armed');
  const items = armed.map(({ id, fault }) => ({ label: faultText(fault), id }));
  const chosen = await pickOne<{ label: string; id: FaultId }>(items, {
    title: `Take back which of ${countText(armed.length, 'failure')}?`,
  });
  await cluster.run('disarm', { fault: chosen.id });
}
