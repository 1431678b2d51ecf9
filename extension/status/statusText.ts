import type { LiveData } from '../runtime/liveJobs';
import type { RuntimeState } from '../runtime/runtimeState';
import { commands, type CommandId } from '../ids';
import { calmAgeText, joined } from '../tree/model/format';
import { jobDescription } from '../tree/model/jobRows';

export interface Status {
  readonly icon: string;
  readonly text: string;
  readonly tooltip: string;
  readonly urgency: 'calm' | 'held' | 'broken';
  /** What can be done about it, most likely first; links in the tooltip. */
  readonly actions: readonly StatusAction[];
}

export interface StatusAction {
  readonly title: string;
  readonly command: CommandId;
}

const showJobs: StatusAction = { title: 'Show Jobs', command: commands.showJobs };
const showLog: StatusAction = { title: 'Show Log', command: commands.showLog };

/** What the status bar says; undefined when there is nothing to say. Held steps come before everything else. */
export function statusText(state: RuntimeState, data: LiveData | undefined, nowMs: number): Status | undefined {
  if (state.k === 'starting') {
    return {
      icon: 'sync~spin',
      text: 'starting the runtime',
      tooltip: 'The embedded runtime starts.',
      urgency: 'calm',
      actions: [showLog],
    };
  }
  if (state.k === 'ended') {
    const text = `The runtime ended with ${state.end.text}`;
    const actions = [{ title: 'Start Runtime', command: commands.startRuntime }, showJobs, showLog];
    return { icon: 'error', text: 'runtime ended', tooltip: text, urgency: state.owned ? 'broken' : 'calm', actions };
  }
  const jobs = data?.jobs ?? [];
  const held = jobs.find((job) => job.holds.length > 0);
  const [hold] = held?.holds ?? [];
  if (held !== undefined && hold !== undefined) {
    return {
      icon: 'debug-pause',
      text: hold.text,
      tooltip: `${held.name}: ${hold.text}`,
      urgency: 'held',
      actions: [
        { title: 'Step', command: commands.step },
        { title: 'Step Into', command: commands.stepInto },
        { title: 'Continue Recovery', command: commands.continueRecovery },
        showJobs,
      ],
    };
  }
  const job = jobs.find((candidate) => candidate.endMs === undefined);
  if (job === undefined) return undefined;
  const latest = job.latestCheckpoint;
  const more = jobs.filter((other) => other.endMs === undefined).length - 1;
  return {
    icon: job.status === 'RUNNING' ? 'database' : 'sync',
    text: joined(
      job.status === 'RUNNING' ? job.name : `${job.name} ${job.status}`,
      latest === undefined
        ? undefined
        : `checkpoint ${latest.id}, ${calmAgeText(latest.triggerMs + latest.durationMs, nowMs)}`,
      more > 0 ? `${more} more` : undefined,
    ),
    tooltip: `${job.name}: ${jobDescription(job, { nowMs, filesGone: () => false })}`,
    urgency: 'calm',
    actions: [
      { title: 'Trigger Savepoint…', command: commands.triggerSavepoint },
      { title: 'Inject Failure…', command: commands.injectFailure },
      showJobs,
    ],
  };
}
