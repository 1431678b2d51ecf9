import { userError } from '../../base/errors';
import type { RecoveryEvent, Scope } from '../../base/events';
import type { ResumeHow } from '../../base/stepping';
import type { Cluster } from '../../cluster/cluster';
import { eventually } from '../../cluster/eventually';
import type {
  HeldStep,
  JobDetails,
  JobSummary,
  OperatorInfo,
  RecoveryDetails,
  RecoveryInfo,
} from '../../cluster/model';
import {
  causeText,
  outcomeText,
  restoredStateText,
  sizeText,
  stateKindText,
  stepText,
  taskText,
} from '../../rest/recovery/recoveryText';
import { restoredStates, type RestoredState } from '../../rest/recovery/restoredStates';
import { engineOf, jobOf } from '../engine';
import { durationText, Output, table } from '../output';
import type { CliWorld } from '../world';
import type { JobOptions } from './jobs';

/** How long a step may take before the command says that it is still under way. */
const stepPatienceMs = 5_000;

export async function hold(world: CliWorld, options: JobOptions & { readonly off?: boolean }): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const armed = options.off !== true;
  await cluster.run('holdNextRecovery', { job: job.id, hold: armed });
  new Output(world, options).show({ job: job.id, hold: armed }, () =>
    armed ? `The next recovery of ${job.name} will be held.` : `The next recovery of ${job.name} will not be held.`,
  );
}

/** Lets one held step go and waits until the next one is held or nothing is held any more. */
export async function step(world: CliWorld, how: ResumeHow, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const before = await cluster.get('job', { job: job.id });
  const [held] = before.holds;
  if (held === undefined) {
    throw userError('debug.not-held', `No step of ${job.name} is held.`, 'Ask for it with "job-state recovery hold".');
  }
  await cluster.run('resume', { job: job.id, hold: held.hold, how });
  const done = await endOf(cluster, job, held);
  const after = await cluster.get('job', { job: job.id });
  const view = await viewOf(cluster, after);
  new Output(world, options).show({ done, holds: after.holds }, () => [
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

export async function continueAll(world: CliWorld, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  await cluster.run('resume', { job: job.id, how: 'go' });
  new Output(world, options).show({ job: job.id }, () => `${job.name} continues.`);
}

/** The recoveries of a job, or one of them step by step. */
export async function show(world: CliWorld, recovery: number | undefined, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const job = await jobOf(cluster, options.job);
  const output = new Output(world, options);
  if (recovery === undefined) {
    const page = await cluster.get('recoveries', { job: job.id }, { limit: 100 });
    const view = await viewOf(cluster, await cluster.get('job', { job: job.id }));
    output.show(page, () => [
      ...table([['#', 'CAUSE', 'STATUS', 'TOOK', 'RESTORED'], ...page.items.map(recoveryRow)]),
      ...view.job.holds.map((held) => heldLine(held, view)),
    ]);
    return;
  }
  const details = await cluster.get('recovery', { job: job.id, recovery });
  const view = await viewOf(cluster, await cluster.get('job', { job: job.id }));
  output.show(details, () => recoveryLines(details, view));
}

function recoveryRow(info: RecoveryInfo): readonly string[] {
  const took = info.tookMs === undefined ? '' : durationText(info.tookMs);
  return [`#${info.recovery}`, causeText(info.cause), info.status, took, countsText(info)];
}

function countsText({ local, remote, fellBack, placesUnknown }: RecoveryInfo): string {
  if (placesUnknown === true) return 'not told';
  const parts = [`${local} local`, `${remote} remote`, ...(fellBack === 0 ? [] : [`${fellBack} fell back`])];
  return local + remote === 0 ? 'nothing' : parts.join(', ');
}

function recoveryLines(details: RecoveryDetails, view: View): readonly string[] {
  const took = details.tookMs === undefined ? details.status : durationText(details.tookMs);
  return [
    `#${details.recovery}  ${causeText(details.cause)}  ${took}  ${countsText(details)}`,
    ...details.events.filter(({ phase }) => phase === 'end').map((event) => eventLine(event, view)),
    ...view.job.holds.map((held) => heldLine(held, view)),
    ...(details.placesUnknown === true ? [] : ['states:']),
    ...restoredStates(details.events).map((state) => stateLine(state, view)),
  ];
}

function eventLine(event: RecoveryEvent, view: View): string {
  const outcome = outcomeText(event);
  const took = event.tookMs === undefined ? '' : `  ${durationText(event.tookMs)}`;
  return `  ${whereText(event.scope, view)}  ${stepText(event.step)}${took}${outcome === '' ? '' : `  (${outcome})`}`;
}

function heldLine({ event, text }: HeldStep, view: View): string {
  return `  ${whereText(event.scope, view)}  ${text}`;
}

function stateLine(state: RestoredState, view: View): string {
  const size = sizeText(state.sizeBytes);
  return `  ${whereText(state.scope, view)}  ${stateKindText(state.state)}  ${restoredStateText(state)}  ${size}`;
}

/** What gives the places of a recovery their names. */
interface View {
  readonly job: JobDetails;
  readonly operators: readonly OperatorInfo[];
}

async function viewOf(cluster: Cluster, job: JobDetails): Promise<View> {
  return { job, operators: await cluster.get('operators', { job: job.id }) };
}

/** `JobManager`, or `delay-by-airport 1/2`: the operator where the step is about one, else the whole task. */
function whereText(scope: Scope, { job, operators }: View): string {
  if (scope.at === 'jobmanager') return 'JobManager';
  const operator = operators.find(({ id }) => id === scope.operator);
  const task = job.tasks.find(({ vertex, subtask }) => vertex === scope.vertex && subtask === scope.subtask);
  const name = operator?.uid ?? operator?.name ?? task?.vertexName ?? scope.vertex;
  return task === undefined ? name : taskText({ ...task, name });
}
