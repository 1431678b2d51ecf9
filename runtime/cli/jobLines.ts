import type { JobDetails } from '../cluster/model';
import { sizeText } from '../rest/recovery/recoveryText';
import { durationText } from './output';

/** How a job stands, without its tasks. */
export function jobLines(details: JobDetails): readonly string[] {
  const { name, id, status, startMs, endMs, nowMs, counts, latestCheckpoint: latest, holds } = details;
  const lines = [`${name}  ${id}  ${status}  ${durationText((endMs ?? nowMs) - startMs)}`];
  const newest =
    latest === undefined
      ? ''
      : `; newest: ${latest.id}, ${sizeText(latest.sizeBytes)} in ${durationText(latest.durationMs)}`;
  lines.push(`checkpoints: ${counts.completed} completed, ${counts.failed} failed${newest}`);
  const restarts = details.restarts?.count;
  if (restarts !== undefined) lines.push(`restarts: ${restarts}`);
  if (details.waitingFor !== undefined) lines.push(details.waitingFor);
  if (details.holdArmed) lines.push('the next recovery will be held');
  lines.push(...holds.map(({ text }) => text));
  if (details.failure !== undefined) lines.push(details.failure.text);
  return lines;
}
