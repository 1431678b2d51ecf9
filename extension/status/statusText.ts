import type { LiveData } from '../runtime/liveJobs';
import type { RuntimeState } from '../runtime/runtimeState';
import { calmAgeText, joined } from '../tree/model/format';

export interface Status {
  readonly icon: string;
  readonly text: string;
  readonly tooltip: string;
  readonly urgency: 'calm' | 'held' | 'broken';
}

/** What the status bar says; undefined when there is nothing to say. Held steps come before everything else. */
export function statusText(state: RuntimeState, data: LiveData | undefined, nowMs: number): Status | undefined {
  if (state.k === 'starting') {
    return {
      icon: 'sync~spin',
      text: 'starting the runtime',
      tooltip: 'The embedded runtime starts.',
      urgency: 'calm',
    };
  }
  if (state.k === 'ended') {
    const text = `The runtime ended with ${state.end.text}`;
    return { icon: 'error', text: 'runtime ended', tooltip: text, urgency: state.owned ? 'broken' : 'calm' };
  }
  const jobs = data?.jobs ?? [];
  const held = jobs.find((job) => job.holds.length > 0);
  const [hold] = held?.holds ?? [];
  if (held !== undefined && hold !== undefined) {
    return { icon: 'debug-pause', text: hold.text, tooltip: `${held.name}: ${hold.text}`, urgency: 'held' };
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
    tooltip: 'Show the jobs',
    urgency: 'calm',
  };
}
