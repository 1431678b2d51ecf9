import type { LiveData } from '../runtime/liveJobs';
import type { RuntimeState } from '../runtime/runtimeState';

/** What is known about a window and its runtime. */
export interface Facts {
  readonly extension: string;
  readonly vscode: string;
  readonly node: string;
  readonly platform: string;
  readonly trusted: boolean;
  readonly folders: number;
  readonly settings: object;
  readonly state: RuntimeState;
  readonly data: LiveData | undefined;
}

function runtimeLines(state: RuntimeState, data: LiveData | undefined): readonly string[] {
  switch (state.k) {
    case 'none':
    case 'starting':
      return [`Runtime: ${state.k}`];
    case 'ended':
      return [`Runtime: ended with ${state.end.text}`, ...state.end.lastLines.map((line) => `    ${line}`)];
    case 'connected': {
      const { engine } = state.cluster;
      const slots = data === undefined ? '' : `, ${data.overview.freeSlots} of ${data.overview.slots} slots free`;
      const version = data?.overview.version ?? '';
      return [`Runtime: ${engine} ${version}${state.owned ? '' : ', started elsewhere'}${slots}`];
    }
  }
}

/**
 * A text for a bug report: versions, the runtime, the jobs and how they stand. It says no keys, no state, no paths and no names; only the
 * last lines of a runtime that ended are as it printed them.
 */
export function diagnosticsText(facts: Facts): string {
  const jobs = (facts.data?.jobs ?? []).map((job, index) => {
    const { completed, failed, restored } = job.counts;
    const latest = job.latestCheckpoint;
    return [
      `Job ${index + 1}: ${job.status}, parallelism ${job.parallelism}, ${job.tasks.length} tasks`,
      `checkpoints ${completed} completed, ${failed} failed, ${restored} restored`,
      latest === undefined ? 'none yet' : `newest ${latest.id}: ${latest.durationMs} ms, ${latest.sizeBytes} bytes`,
      `restarts ${job.restarts?.count ?? 0}`,
      job.holds.length === 0 ? '' : `${job.holds.length} held`,
    ]
      .filter((text) => text !== '')
      .join('; ');
  });
  return [
    `Job State Debugger ${facts.extension}, VS Code ${facts.vscode}, Node ${facts.node}, ${facts.platform}`,
    `Workspace: ${facts.folders} folders, ${facts.trusted ? 'trusted' : 'not trusted'}`,
    `Settings: ${JSON.stringify(facts.settings)}`,
    ...runtimeLines(facts.state, facts.data),
    ...jobs,
  ].join('\n');
}
