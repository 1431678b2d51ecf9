import { flinkCannot } from '../../../runtime/cluster/flink/cannot';
import type { RemoteCluster } from '../../remote/remoteCluster';
import type { Token } from '../../ids';
import { ageText, countText, joined } from './format';
import { jobRow } from './jobRows';
import type { Draft, Drawing, Look, Moment } from './node';
import { line } from './node';

/** What the row of an attached cluster is drawn from. */
export type RemoteFacts = Pick<RemoteCluster, 'url' | 'state' | 'data' | 'asOfMs' | 'cluster'>;

/** `localhost:8081`, `example.com/flink`. */
export function clusterName(url: string): string {
  return url.replace(/^https?:\/\//, '');
}

/** An attached cluster with its jobs: as they are, or as they were when it was last heard of. */
export function remoteRow(remote: RemoteFacts, moment: Moment): Draft {
  const { url, cluster, data } = remote;
  const jobs = (data?.jobs ?? []).map((job) =>
    jobRow(job, (capability) => cluster?.can(capability, job.id) ?? { ok: false, why: 'engine-is-away' }, moment),
  );
  return {
    key: `cluster-${url}`,
    about: { k: 'cluster', url },
    look: {
      label: clusterName(url),
      description: description(remote, moment),
      icon: icon(remote),
      tooltip: tooltip(remote),
      tokens: ['cluster'],
      // VS Code keeps a row as it was at first, so that it has children from the beginning.
      collapse: 'expanded',
    },
    children: jobs.length === 0 ? [noJobs(remote)] : jobs,
  };
}

function noJobs({ state, data }: RemoteFacts): Draft {
  if (state.k === 'away') return line('none', state.text, undefined, { name: 'warning', tint: 'bad' }, state.text);
  return line('none', data === undefined ? 'The cluster is asked…' : 'No job.');
}

function description({ state, data, asOfMs, cluster }: RemoteFacts, { nowMs }: Moment): string {
  const asOf = data === undefined || asOfMs === undefined ? undefined : `last known ${ageText(asOfMs, nowMs)}`;
  if (state.k === 'away') return joined('away', asOf);
  if (data === undefined) return 'connecting…';
  const { version, taskManagers, slots } = data.overview;
  const engine = cluster?.engine === 'embedded' ? 'runtime' : 'Flink';
  return joined(`${engine} ${version}`, countText(taskManagers, 'TaskManager'), countText(slots, 'slot'), asOf);
}

function icon({ state }: RemoteFacts): NonNullable<Look['icon']> {
  return state.k === 'away' ? { name: 'debug-disconnect', tint: 'bad' } : { name: 'remote' };
}

function tooltip({ url, state, data, cluster }: RemoteFacts): string {
  return [
    `**${clusterName(url)}** \`${url}\``,
    state.k === 'away' ? state.text : '',
    data === undefined ? '' : `${data.overview.freeSlots} of ${countText(data.overview.slots, 'slot')} free`,
    cluster?.engine === 'flink' ? `\nFlink cannot:\n${flinkCannot.map((what) => `- ${what}`).join('\n')}` : '',
  ]
    .filter((text) => text !== '')
    .join('  \n');
}

/** What needs the files of a snapshot beside the one who asks, or every step of a recovery. */
const needsOwnRuntime: ReadonlySet<Token> = new Set(['restorable', 'atLive', 'atSnapshot', 'recovery']);

/** Rows of a cluster whose files lie elsewhere, without what needs them here. */
export function withFilesElsewhere(drawing: Drawing): Drawing {
  return (moment) => drawing(moment).map(elsewhere);
}

function elsewhere(draft: Draft): Draft {
  const { look, children } = draft;
  return {
    ...draft,
    look: {
      ...look,
      ...(look.tokens === undefined ? {} : { tokens: look.tokens.filter((one) => !needsOwnRuntime.has(one)) }),
    },
    ...(children === undefined ? {} : { children: children.map(elsewhere) }),
  };
}
