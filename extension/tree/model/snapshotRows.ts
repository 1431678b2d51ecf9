import { checkpointNumber, type Found, type FoundCheckpoints } from '../../snapshot/foundSnapshots';
import type { SnapshotInfo } from '../../../runtime/inspect/snapshot';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import type { Token } from '../../ids';
import { baseName, checkpointsPage } from './checkpointRows';
import { ageText, countText, joined, numberText, shortId } from './format';
import type { Draft, Drawing, Moment } from './node';
import { moreRow } from './node';

/** A snapshot that was opened, or why it could not be. */
export interface Described {
  readonly path: string;
  readonly modifiedMs: number;
  readonly jobName?: string;
  readonly content: SnapshotInfo | { readonly why: string };
}

function runRow({ directory, paths, newestMs, jobName }: FoundCheckpoints, { nowMs }: Moment): Draft {
  const run = baseName(directory);
  return {
    key: directory,
    about: { k: 'checkpointFolder', directory },
    look: {
      label: `Checkpoints of ${jobName ?? shortId(run)}`,
      description: joined(
        numberText(paths.length),
        `newest ${checkpointNumber(paths[0] ?? '')}`,
        ageText(newestMs, nowMs),
      ),
      icon: { name: 'history' },
      tooltip: `\`${directory}\``,
      tokens: ['hasPath'],
      collapse: 'collapsed',
    },
  };
}

/** The first level: all savepoints, then the checkpoints of each run of a job. Empty when nothing was found: the welcome text shows. */
export function foundChildren({ savepoints, checkpoints }: Found): Drawing {
  return (moment) => [
    ...(savepoints.length === 0
      ? []
      : [
          {
            key: 'savepoints',
            about: { k: 'savepointFolder' },
            look: {
              label: 'Savepoints',
              description: numberText(savepoints.length),
              icon: { name: 'save' },
              collapse: 'expanded',
            },
          } satisfies Draft,
        ]),
    ...checkpoints.map((found) => runRow(found, moment)),
  ];
}

function snapshotRow({ path, modifiedMs, jobName, content }: Described, { nowMs }: Moment): Draft {
  const isCheckpoint = !Number.isNaN(checkpointNumber(path));
  const about = { k: 'snapshot', path, ...(jobName === undefined ? {} : { jobName }) } as const;
  if ('why' in content) {
    return {
      key: path,
      about,
      look: {
        label: baseName(path),
        description: content.why,
        icon: { name: 'warning', tint: 'bad' },
        tooltip: content.why,
        tokens: ['hasPath'],
        collapse: 'none',
      },
    };
  }
  const tokens: Token[] = ['restorable', 'hasPath'];
  if (content.savepoint) tokens.push('disposable');
  return {
    key: path,
    about,
    look: {
      label: baseName(path),
      description: joined(
        isCheckpoint ? undefined : jobName,
        sizeText(content.sizeBytes),
        ageText(modifiedMs, nowMs),
        content.format?.toLowerCase(),
        content.savepoint || isCheckpoint ? undefined : 'checkpoint',
      ),
      icon: { name: content.savepoint ? 'save' : 'check', tint: 'good' },
      tooltip: [
        `**${content.savepoint ? 'Savepoint' : 'Checkpoint'} ${content.checkpoint}**${jobName === undefined ? '' : ` of ${jobName}`}`,
        countText(content.operators.length, 'operator'),
        `\`_metadata\` of version ${content.metadataVersion}`,
        `\`${path}\``,
      ].join('  \n'),
      tokens,
      collapse: 'collapsed',
    },
  };
}

/** Snapshots, those that could be opened and those that could not, as far as loaded. */
export function snapshotsChildren(id: string, shown: readonly Described[], total: number): Drawing {
  const more = total > shown.length ? [moreRow(id, shown.length, total, checkpointsPage)] : [];
  return (moment) => [...shown.map((snapshot) => snapshotRow(snapshot, moment)), ...more];
}
