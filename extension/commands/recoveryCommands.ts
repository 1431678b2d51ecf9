import type { HoldId, JobId } from '../../runtime/base/ids';
import type { ResumeHow } from '../../runtime/base/stepping';
import type { JobDetails } from '../../runtime/cluster/model';
import { taskNamer } from '../../runtime/debugadapter/recoverySteps';
import type { Services } from '../services';
import type { TreeNode } from '../tree/model/node';
import { connected, pickJob } from './picks';
import { pickOne } from './questions';

export async function holdNextRecovery(services: Services, hold: boolean, node?: TreeNode): Promise<void> {
  const job = await pickJob(services, node, 'holdRecovery', ({ holdArmed }) => holdArmed !== hold);
  await connected(services).run('holdNextRecovery', { job: job.id, hold });
}

/** A held step: that of the row, the only one, or one that is picked. */
async function pickHold(services: Services, node: TreeNode | undefined): Promise<{ job: JobId; hold: HoldId }> {
  if (node?.about.k === 'held') return { job: node.about.job, hold: node.about.hold };
  const job = await pickHeldJob(services, node);
  const taskName = taskNamer(job.tasks);
  const items = job.holds.map(({ text, hold, event: { scope } }) => ({
    label: text,
    description: scope.at === 'task' ? taskName(scope.vertex, scope.subtask) : 'JobManager',
    hold,
  }));
  const [first] = items;
  const chosen = first !== undefined && items.length === 1 ? first : await pickOne(items, { title: 'Step where?' });
  return { job: job.id, hold: chosen.hold };
}

const pickHeldJob = (services: Services, node: TreeNode | undefined): Promise<JobDetails> =>
  pickJob(services, node, 'holdRecovery', ({ holds }) => holds.length > 0);

/** Lets one held step go, up to the next hold that `how` asks for. */
export async function step(services: Services, how: ResumeHow, node?: TreeNode): Promise<void> {
  const { job, hold } = await pickHold(services, node);
  await connected(services).run('resume', { job, hold, how });
}

/** Lets everything that is held run. */
export async function continueRecovery(services: Services, node?: TreeNode): Promise<void> {
  const job = node?.about.k === 'held' ? node.about.job : (await pickHeldJob(services, node)).id;
  await connected(services).run('resume', { job, how: 'go' });
}
