import { userError } from '../../../base/errors';
import type { RecoveryEvent } from '../../../base/events';
import type { ResumeHow } from '../../../base/stepping';
import type { Cluster } from '../../../cluster/cluster';
import { eventually } from '../../../cluster/eventually';
import type { HeldStep, JobDetails, JobSummary } from '../../../cluster/model';
import { stepText } from '../../../rest/recovery/recoveryText';
import { onJob } from '../../engine';
import { eventLine, heldLine, viewOf } from '../../recoveryLines';
import { adviceOf } from '../../suggest';
import type { CliWorld, JobOptions } from '../../world';

/** How long a step may take before the command says that it is still under way. */
const stepPatienceMs = 5_000;

export interface StepOptions extends JobOptions {
  readonly into?: boolean;
  readonly out?: boolean;
  /** The id of the held step, when there are several. */
  readonly hold?: string;
}

function howOf({ into, out }: StepOptions): ResumeHow {
  if (into === true) return 'into';
  return out === true ? 'out' : 'next';
}

function heldOf({ name, holds }: JobDetails, wanted: string | undefined): HeldStep {
  const held = wanted === undefined ? holds[0] : holds.find(({ hold }) => hold === wanted);
  if (held !== undefined) return held;
  if (holds.length === 0) {
    throw userError('debug.not-held', `No step of ${name} is held.`, 'Ask for it with "job-state recovery hold".');
  }
  const known = holds.map(({ hold }) => hold);
  throw userError(
    'debug.not-held',
    `No step "${wanted ?? ''}" of ${name} is held.`,
    adviceOf(wanted ?? '', known, 'There is'),
  );
}

/** Lets one held step go and waits until the next one is held or nothing is held any more. */
export async function step(world: CliWorld, options: StepOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  const before = await cluster.get('job', { job: job.id });
  const held = heldOf(before, options.hold);
  await cluster.run('resume', { job: job.id, hold: held.hold, how: howOf(options) });
  const done = await endOf(cluster, job, held);
  const after = await cluster.get('job', { job: job.id });
  const view = await viewOf(cluster, after);
  output.show({ done, holds: after.holds }, () => [
    done?.phase === 'end' ? eventLine(done, view) : `  under way: ${stepText(held.event.step)}`,
    ...after.holds.map((next) => heldLine(next, view)),
  ]);
}

/** The end event of a step that was let go; `undefined` when it is not there after a while. */
async function endOf(cluster: Cluster, job: JobSummary, held: HeldStep): Promise<RecoveryEvent | undefined> {
  const { recovery } = held.event.scope;
  const patience = AbortSignal.timeout(stepPatienceMs);
  try {
    return await eventually(patience, async () => {
      const { events } = await cluster.get('recovery', { job: job.id, recovery });
      const end = events.find(({ phase, stepId }) => phase === 'end' && stepId === held.event.stepId);
      if (end === undefined) {
        // A step with steps inside ends after them: it is enough that the next one is held.
        const { holds } = await cluster.get('job', { job: job.id });
        const next = holds.some(({ event }) => event.seq > held.event.seq);
        return next ? held.event : undefined;
      }
      return end;
    });
  } catch (error) {
    if (patience.aborted) return undefined;
    throw error;
  }
}
