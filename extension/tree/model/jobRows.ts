import type { ArmedFault, Fault } from '../../../runtime/base/faults';
import { isEndOfJob } from '../../../runtime/base/status';
import type { Can, Capability } from '../../../runtime/cluster/cluster';
import type { JobDetails } from '../../../runtime/cluster/model';
import type { Token } from '../../ids';
import { ageText, calmAgeText, countText, durationText, elapsedText, joined, shortened } from './format';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import type { Draft, Drawing, Look, Moment, Pin, StoredPoint } from './node';
import { line } from './node';
import { pinRow } from './pinRows';
import { isLocal } from './checkpointRows';

/** What the engine says it can do with a job. */
export type CanDo = (capability: Capability) => Can;

/** Restarts that are still news. */
const newsMs = 5 * 60_000;
/** A job that restarts so often within that time is not well, whatever its status is at the moment. */
const loopRestarts = 3;

const newRestarts = ({ restarts }: JobDetails, nowMs: number): readonly number[] =>
  restarts?.atMs.filter((atMs) => nowMs - atMs < newsMs) ?? [];

const isInLoop = (job: JobDetails, nowMs: number): boolean => newRestarts(job, nowMs).length >= loopRestarts;

function restartsText(job: JobDetails, nowMs: number): string {
  const [newest] = newRestarts(job, nowMs);
  if (newest === undefined) return '';
  const count = isInLoop(job, nowMs) ? `restarts again and again: ${job.restarts?.count ?? 0} times` : 'restarted';
  return `${count}, ${isInLoop(job, nowMs) ? 'last ' : ''}${calmAgeText(newest, nowMs)}`;
}

function jobIcon(job: JobDetails, nowMs: number): Look['icon'] {
  if (job.holds.length > 0) return { name: 'debug-pause', tint: 'held' };
  if (!isEndOfJob(job.status) && isInLoop(job, nowMs)) return { name: 'warning', tint: 'held' };
  switch (job.status) {
    case 'RUNNING':
      return { name: 'play-circle', tint: 'good' };
    case 'FAILED':
      return { name: 'error', tint: 'bad' };
    case 'CANCELED':
      return { name: 'circle-slash', tint: 'quiet' };
    case 'FINISHED':
      return { name: 'pass', tint: 'quiet' };
    case 'INITIALIZING':
    case 'CREATED':
    case 'FAILING':
    case 'CANCELLING':
    case 'RESTARTING':
    case 'SUSPENDED':
    case 'RECONCILING':
      return { name: 'sync', tint: 'busy' };
  }
}

function jobTokens(job: JobDetails, can: CanDo): readonly Token[] {
  const tokens: Token[] = ['job', 'hasId'];
  if (isEndOfJob(job.status)) return tokens;
  // What cannot be held cannot be debugged.
  if (can('holdRecovery').ok) tokens.push('live');
  const offered: readonly [Capability, Token][] = [
    ['triggerSavepoint', 'savepointable'],
    ['stopWithSavepoint', 'stoppable'],
    ['triggerCheckpoint', 'checkpointable'],
    ['cancel', 'cancellable'],
    ['injectFault', 'injectable'],
  ];
  for (const [capability, token] of offered) if (can(capability).ok) tokens.push(token);
  if (can('holdRecovery').ok) tokens.push(job.holdArmed ? 'holdArmed' : 'holdable');
  if (job.holds.length > 0) tokens.push('held');
  return tokens;
}

/** `RUNNING · 12 min · checkpoint 48, 2 s ago`, with what it is waiting for; while a step is held, that. */
export function jobDescription(job: JobDetails, { nowMs }: Moment): string {
  const [held] = job.holds;
  if (held !== undefined) return joined(held.text, job.holds.length > 1 ? `and ${job.holds.length - 1} more` : '');
  const latest = job.latestCheckpoint;
  if (isEndOfJob(job.status)) {
    return joined(
      job.status,
      job.endMs === undefined ? '' : ageText(job.endMs, nowMs),
      job.failure === undefined ? '' : shortened(job.failure.text, 80),
    );
  }
  return joined(
    job.status,
    job.waitingFor?.replace(/\.$/, '') ?? '',
    restartsText(job, nowMs),
    elapsedText(job.startMs, nowMs),
    latest === undefined ? '' : `checkpoint ${latest.id}, ${calmAgeText(latest.triggerMs + latest.durationMs, nowMs)}`,
    job.holdArmed ? 'next recovery will be held' : '',
  );
}

function jobTooltip(job: JobDetails): string {
  return [
    `**${job.name}** ${job.status}`,
    job.jobFile === undefined ? '' : `File: \`${job.jobFile}\``,
    `Job id: \`${job.id}\``,
    `Parallelism ${job.parallelism} · ${countText(job.tasks.length, 'task')}`,
    `Checkpoints: ${job.counts.completed} completed, ${job.counts.failed} failed; restored ${countText(job.counts.restored, 'time')}`,
    job.restarts === undefined ? '' : `Restarted ${countText(job.restarts.count, 'time')} after a failure`,
    job.checkpointIntervalMs === undefined
      ? 'Checkpointing is off.'
      : `A checkpoint every ${durationText(job.checkpointIntervalMs)}`,
    job.failure === undefined ? '' : `\n\`\`\`\n${job.failure.stack}\n\`\`\``,
  ]
    .filter((text) => text !== '')
    .join('  \n');
}

/** One job as a row. */
export function jobRow(job: JobDetails, can: CanDo, moment: Moment): Draft {
  const icon = jobIcon(job, moment.nowMs);
  return {
    key: job.id,
    about: { k: 'job', job: job.id, name: job.name },
    look: {
      label: job.name,
      description: jobDescription(job, moment),
      ...(icon === undefined ? {} : { icon }),
      tooltip: jobTooltip(job),
      tokens: jobTokens(job, can),
      collapse: isEndOfJob(job.status) ? 'collapsed' : 'expanded',
    },
  };
}

/** What waits to go wrong, as a sentence. */
export function faultText(fault: Fault): string {
  switch (fault.k) {
    case 'throwInTask': {
      const when =
        fault.when.at === 'now'
          ? 'now'
          : fault.when.count === 1
            ? 'at the next record'
            : `at record ${fault.when.count}`;
      return `throw “${shortened(fault.message, 40)}” in subtask ${fault.subtask + 1}, ${when}`;
    }
    case 'killTaskManager':
      return fault.lose ? `lose ${fault.taskManager}` : `kill ${fault.taskManager}`;
    case 'declineCheckpoint':
      return `decline the next checkpoint in subtask ${fault.subtask + 1}`;
    case 'localCopy':
      return `${fault.how} the local copy of subtask ${fault.subtask + 1}`;
  }
}

function faultRow(job: JobDetails, armed: ArmedFault): Draft {
  return {
    key: `fault-${armed.id}`,
    about: { k: 'fault', job: job.id, fault: armed.id },
    look: {
      label: faultText(armed.fault),
      description: 'waits to happen',
      icon: { name: 'zap', tint: 'held' },
      tokens: ['fault'],
      collapse: 'none',
    },
  };
}

function checkpointsDescription(job: JobDetails): string {
  const latest = job.latestCheckpoint;
  const every = job.checkpointIntervalMs === undefined ? 'off' : `every ${durationText(job.checkpointIntervalMs)}`;
  if (latest === undefined) return joined(isEndOfJob(job.status) ? 'none' : 'none yet', every);
  return joined(String(latest.id), every, durationText(latest.durationMs), sizeText(latest.sizeBytes));
}

/** The newest checkpoint can be read from here. */
const hasFiles = ({ latestCheckpoint }: JobDetails): boolean =>
  latestCheckpoint?.path !== undefined && isLocal(latestCheckpoint.path);

/** The children of a job: what is armed, why it failed, and its four groups. */
export function jobChildren(
  job: JobDetails,
  faults: readonly ArmedFault[],
  savepoints: number,
  recoveries: number,
  { at, pins }: { readonly at: StoredPoint | undefined; readonly pins: readonly Pin[] },
): Drawing {
  const armed = faults.filter((fault) => fault.state === 'armed').map((fault) => faultRow(job, fault));
  const failure =
    job.failure === undefined
      ? []
      : [
          line(
            'failure',
            shortened(job.failure.text, 120),
            undefined,
            { name: 'error', tint: 'bad' },
            `\`\`\`\n${job.failure.stack}\n\`\`\``,
          ),
        ];
  const held = job.holds.length > 0;
  const group = (
    about: Draft['about'],
    key: string,
    label: string,
    description: string,
    icon: string,
    tokens: readonly Token[] = [],
  ): Draft => ({
    key,
    about,
    look: {
      label,
      ...(description === '' ? {} : { description }),
      icon: { name: icon },
      tokens,
      collapse: key === 'operators' && !isEndOfJob(job.status) ? 'expanded' : 'collapsed',
    },
  });
  const drafts = [
    ...failure,
    ...armed,
    ...pins.map((pin) => pinRow(job.id, pin)),
    group(
      { k: 'operators', job: job.id, ...(at === undefined ? {} : { at }) },
      'operators',
      'Operators',
      at === undefined ? '' : `at ${at.savepoint ? 'savepoint' : 'checkpoint'} ${at.checkpoint}`,
      'type-hierarchy',
      at !== undefined ? ['atSnapshot'] : hasFiles(job) || savepoints > 0 ? ['atLive'] : [],
    ),
    group(
      { k: 'checkpoints', job: job.id, savepoints: false },
      'checkpoints',
      'Checkpoints',
      checkpointsDescription(job),
      'history',
    ),
    group(
      { k: 'checkpoints', job: job.id, savepoints: true },
      'savepoints',
      'Savepoints',
      savepoints === 0 ? 'none' : String(savepoints),
      'save',
    ),
    group(
      { k: 'recoveries', job: job.id },
      'recoveries',
      'Recoveries',
      held ? 'held' : recoveries === 0 ? 'none' : String(recoveries),
      held ? 'debug-pause' : 'refresh',
    ),
  ];
  return () => drafts;
}
