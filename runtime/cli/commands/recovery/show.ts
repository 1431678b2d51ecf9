import type { RecoveryDetails, RecoveryInfo } from '../../../cluster/model';
import { causeText, restoredStateText, sizeText, stateKindText } from '../../../rest/recovery/recoveryText';
import { restoredStates, type RestoredState } from '../../../rest/recovery/restoredStates';
import { onJob } from '../../engine';
import { durationText, moreText, pageOf, table } from '../../output';
import { eventLine, heldLine, viewOf, whereText, type View } from '../../recoveryLines';
import type { CliWorld, JobOptions, PageOptions } from '../../world';

/** A page of the recoveries of a job, or one of them step by step. */
export async function showRecovery(
  world: CliWorld,
  recovery: number | undefined,
  options: JobOptions & PageOptions,
): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  if (recovery === undefined) {
    const page = await cluster.get('recoveries', { job: job.id }, pageOf(options));
    const view = await viewOf(cluster, await cluster.get('job', { job: job.id }));
    output.show(page, () => [
      ...table([['#', 'CAUSE', 'STATUS', 'TOOK', 'RESTORED'], ...page.items.map(recoveryRow)]),
      ...moreText(page),
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

function stateLine(state: RestoredState, view: View): string {
  const size = sizeText(state.sizeBytes);
  return `  ${whereText(state.scope, view)}  ${stateKindText(state.state)}  ${restoredStateText(state)}  ${size}`;
}
