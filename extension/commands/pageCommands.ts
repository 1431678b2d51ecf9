import * as vscode from 'vscode';
import { userError } from '../../runtime/base/errors';
import { causeText } from '../../runtime/rest/recovery/recoveryText';
import type { JobDetails, RecoveryInfo } from '../../runtime/cluster/model';
import type { Services } from '../services';
import { ageText, countText, joined } from '../tree/model/format';
import type { TreeNode } from '../tree/model/node';
import { clusterOf, jobOf } from './picks';
import { pickOne } from './questions';
import { answered } from './reporting';

/** As many recoveries of one job as a question offers. */
const offeredRecoveries = 50;

interface Offered {
  readonly job: JobDetails;
  readonly info: RecoveryInfo;
}

/** Opens the page of a recovery: that of the row, the one that is held there, or one that is picked. */
export async function openRecovery(services: Services, node?: TreeNode): Promise<void> {
  const { job, info } = await pickRecovery(services, node);
  // Loaded when somebody looks at the first page, not when the extension is.
  const { openRecoveryPage } = await import('../pages/recoveryPages');
  openRecoveryPage(services, { job: job.id, recovery: info.recovery, name: job.name });
}

/** Opens the timeline of a job: that of the row, or one that is picked, also one whose runtime is gone. */
export async function openTimeline(services: Services, node?: TreeNode): Promise<void> {
  const wanted = node === undefined ? undefined : jobOf(node);
  const all = [...(await services.timelines.all())].reverse();
  const items = all
    .filter(({ job }) => wanted === undefined || job === wanted)
    .map(({ job, name, startMs, entries }) => ({
      label: name,
      description: joined(ageText(startMs, Date.now()), countText(entries.length, 'entry', 'entries')),
      job,
    }));
  const [first] = items;
  if (first === undefined)
    throw userError('timeline.none', 'Nothing is known of a job yet.', 'Run a job first, or try again in a moment.');
  const chosen = items.length === 1 ? first : await pickOne(items, { title: 'Whose timeline?' });
  const { openTimelinePage } = await import('../pages/timelinePages');
  openTimelinePage(services, chosen.job, chosen.label);
}

/** Opens a recovery that was exported to a file; needs neither a runtime nor the job. */
export async function openExportedRecovery(services: Services, argument: unknown): Promise<void> {
  const file = argument instanceof vscode.Uri ? argument : await chooseFile();
  const [{ readRecoveryFile }, { openRecordedPage }] = await Promise.all([
    import('../pages/exportedRecovery'),
    import('../pages/recoveryPages'),
  ]);
  openRecordedPage(services, await readRecoveryFile(file.fsPath));
}

async function chooseFile(): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: 'Open Exported Recovery',
    filters: { 'Exported recovery': ['json'] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return answered(chosen?.[0]);
}

/** The newest come first; no question when there is only one. */
async function pickRecovery(services: Services, node: TreeNode | undefined): Promise<Offered> {
  const wanted = node === undefined ? undefined : jobOf(node);
  const jobs =
    wanted === undefined ? await allJobs(services) : [await clusterOf(services, wanted).get('job', { job: wanted })];
  const all = await Promise.all(jobs.map((job) => offered(services, job)));
  const recoveries = all.flat().sort((one, other) => other.info.startMs - one.info.startMs);
  const meant = recoveries.find((each) => isMeant(each, node));
  if (meant !== undefined) return meant;
  const items = recoveries.map(({ job, info }) => ({
    label: info.recovery === 0 ? `Start of ${job.name}` : `Recovery #${info.recovery} of ${job.name}`,
    description: joined(info.recovery === 0 ? '' : causeText(info.cause), ageText(info.startMs, Date.now())),
    job,
    info,
  }));
  const [first] = items;
  if (first === undefined) throw userError('recovery.none', 'No job has run yet.', 'Run a job first.');
  return items.length === 1 ? first : pickOne(items, { title: 'Which recovery?', matchOnDescription: true });
}

/** Of the runtime and of attached clusters. */
async function allJobs(services: Services): Promise<readonly JobDetails[]> {
  const { connection, remotes } = services;
  await Promise.all([connection.read(), ...remotes.all.map((remote) => remote.read())]);
  return [connection, ...remotes.all].flatMap(({ data }) => data?.jobs ?? []);
}

async function offered(services: Services, job: JobDetails): Promise<readonly Offered[]> {
  const { items } = await clusterOf(services, job.id).get('recoveries', { job: job.id }, { limit: offeredRecoveries });
  return items.map((info) => ({ job, info }));
}

/** A row of a recovery means that one, a held row the recovery that is held. */
function isMeant({ job, info }: Offered, node: TreeNode | undefined): boolean {
  switch (node?.about.k) {
    case 'recovery':
      return info.recovery === node.about.recovery;
    case 'held':
    case 'job':
      return job.holds.some(({ event }) => event.scope.recovery === info.recovery);
    default:
      return false;
  }
}
