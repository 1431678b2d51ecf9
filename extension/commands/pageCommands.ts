import { userError } from '../../runtime/base/errors';
import { causeText } from '../../runtime/rest/recovery/recoveryText';
import type { JobDetails, RecoveryInfo } from '../../runtime/cluster/model';
import type { Services } from '../services';
import { ageText, joined } from '../tree/model/format';
import type { TreeNode } from '../tree/model/node';
import { connected, jobOf } from './picks';
import { pickOne } from './questions';

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

/** The newest come first; no question when there is only one. */
async function pickRecovery(services: Services, node: TreeNode | undefined): Promise<Offered> {
  const wanted = node === undefined ? undefined : jobOf(node);
  const jobs = (await services.connection.read())?.jobs ?? [];
  const all = await Promise.all(
    jobs.filter(({ id }) => wanted === undefined || id === wanted).map((job) => offered(services, job)),
  );
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

async function offered(services: Services, job: JobDetails): Promise<readonly Offered[]> {
  const { items } = await connected(services).get('recoveries', { job: job.id }, { limit: offeredRecoveries });
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
