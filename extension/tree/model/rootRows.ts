import type { LastRun } from '../../runtime/lastRuns';
import type { LiveData } from '../../runtime/liveJobs';
import type { RuntimeState } from '../../runtime/runtimeState';
import { baseName } from './checkpointRows';
import { ageText, countText, joined } from './format';
import { jobRow } from './jobRows';
import type { Draft, Drawing } from './node';
import { line } from './node';
import { remoteRow, type RemoteFacts } from './remoteRows';

/** The time at the beginning of a line of the log; the row has no room for it, its tooltip has. */
const logTime = /^\d{4}-\d\d-\d\dT[\d:.]+Z\s+/;

/** What the first level is drawn from. */
export interface RootFacts {
  readonly state: RuntimeState;
  readonly data: LiveData | undefined;
  /** Attached clusters. */
  readonly remotes: readonly RemoteFacts[];
  /** Jobs that were running when their runtime went away. */
  readonly interrupted: readonly LastRun[];
}

function interruptedRow(run: LastRun): Draft {
  return {
    key: `last-${run.jobFile}`,
    about: { k: 'lastRun', jobFile: run.jobFile },
    look: {
      label: run.name,
      description: joined(
        'ended with its runtime',
        run.checkpoint === undefined ? 'no checkpoint' : `checkpoint ${run.checkpoint.id}`,
      ),
      icon: { name: 'debug-disconnect', tint: 'quiet' },
      tooltip: [
        `**${run.name}** was running when its runtime ended.`,
        run.checkpoint === undefined
          ? 'It had no checkpoint: it can only be run from its start.'
          : `It can continue from checkpoint ${run.checkpoint.id}: \`${run.checkpoint.path}\``,
        `\`${run.jobFile}\` (${baseName(run.jobFile)})`,
      ].join('  \n'),
      tokens: ['continuable'],
      collapse: 'none',
    },
  };
}

function endedRow(state: RuntimeState & { k: 'ended' }): Draft {
  const lines = state.end.lastLines.map((text, index) =>
    line(`line-${index}`, text.replace(logTime, ''), undefined, undefined, `\`${text}\``),
  );
  const how = `The runtime ended with ${state.end.text}`;
  return {
    key: 'ended',
    about: { k: 'log' },
    look: {
      label: how,
      icon: { name: 'error', tint: state.owned ? 'bad' : 'quiet' },
      tooltip: `${how}. Start it again, or see the log for all that it said.`,
      tokens: ['ended'],
      collapse: lines.length === 0 ? 'none' : 'expanded',
    },
    children: lines,
  };
}

function runtimeRow(state: RuntimeState & { k: 'connected' }, data: LiveData): Draft {
  const { overview } = data;
  return {
    key: 'runtime',
    about: { k: 'runtime' },
    look: {
      label: state.cluster.engine === 'embedded' ? 'embedded runtime' : state.cluster.url,
      description: joined(
        countText(overview.taskManagers, 'TaskManager'),
        countText(overview.slots, 'slot'),
        state.owned ? undefined : 'started elsewhere',
      ),
      icon: { name: 'server-environment' },
      tooltip: [
        `**${state.cluster.engine} runtime** ${overview.version}`,
        `${overview.freeSlots} of ${countText(overview.slots, 'slot')} free`,
        `\`${state.cluster.url}\` · process ${state.pid}`,
        state.owned ? 'It ends with this window.' : 'Another window or a terminal started it; it ends with that.',
      ].join('  \n'),
      tokens: ['runtime'],
      collapse: 'expanded',
    },
  };
}

/** The first level with the jobs. Empty when there is nothing to show: the welcome text of the view then says what to do. */
export function rootChildren({ state, data, remotes, interrupted }: RootFacts): Drawing {
  return (moment) => {
    const lost = [...interrupted.map(interruptedRow), ...remotes.map((remote) => remoteRow(remote, moment))];
    if (state.k === 'ended') {
      const row = endedRow(state);
      const description = ageText(state.end.atMs, moment.nowMs);
      return [{ ...row, look: { ...row.look, description } }, ...lost];
    }
    if (state.k !== 'connected' || data === undefined || data.jobs.length === 0) return lost;
    const jobs = data.jobs.map((job) => jobRow(job, (capability) => state.cluster.can(capability, job.id), moment));
    return [{ ...runtimeRow(state, data), children: jobs }, ...lost];
  };
}
