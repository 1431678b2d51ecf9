import type { JobId } from '../../../runtime/base/ids';
import type { Paged } from '../../../runtime/cluster/cluster';
import type { CheckpointInfo, CheckpointOperator, CheckpointSubtask, HandleInfo } from '../../../runtime/cluster/model';
import type { Token } from '../../ids';
import { ageText, countText, durationText, joined, shortened } from './format';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import type { Draft, Drawing, Look, Moment } from './node';
import { line, moreRow } from './node';
import { operatorLabel } from './operatorRows';

/** Checkpoints shown at first, and with each "load more". */
export const checkpointsPage = 20;

/** The last part of a path. */
export function baseName(path: string): string {
  return path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '');
}

/** Flink keeps snapshots under URIs; people and file managers want paths. */
export function plainPath(pathOrUri: string): string {
  return pathOrUri.startsWith('file:') ? decodeURIComponent(pathOrUri.replace(/^file:(\/\/)?/, '')) : pathOrUri;
}

/** A path of this machine's files; an engine may keep snapshots elsewhere (`s3://…`). */
export const isLocal = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/])/.test(plainPath(path));

function figures(info: CheckpointInfo, age: string, gone: boolean): string {
  switch (info.status) {
    case 'IN_PROGRESS':
      return `in progress · ${info.acknowledged} of ${countText(info.subtasks, 'subtask')}`;
    case 'FAILED':
      return joined('failed', shortened(info.failure ?? '', 80));
    case 'COMPLETED':
      return joined(
        age,
        durationText(info.durationMs),
        sizeText(info.sizeBytes),
        info.discarded ? 'replaced by newer ones' : gone ? 'files gone' : undefined,
      );
  }
}

function icon(info: CheckpointInfo, gone: boolean): Look['icon'] {
  if (info.status === 'IN_PROGRESS') return { name: 'sync', tint: 'busy' };
  if (info.status === 'FAILED') return { name: 'warning', tint: 'bad' };
  if (gone) return { name: 'circle-slash', tint: info.discarded ? 'quiet' : 'bad' };
  return info.savepoint ? { name: 'save', tint: 'good' } : { name: 'check', tint: 'good' };
}

/** A row, and what of the moment it was drawn from. */
interface Drawn {
  readonly age: string;
  readonly gone: boolean;
  readonly row: Draft;
}

const drawnRows = new WeakMap<CheckpointInfo, Drawn>();

/** One checkpoint or savepoint as a row: the same object while nothing on it changes, because lists are long. */
function checkpointRow(job: JobId, info: CheckpointInfo, moment: Moment): Draft {
  const age = ageText(info.triggerMs + info.durationMs, moment.nowMs);
  const gone = isGone(info, moment);
  const drawn = drawnRows.get(info);
  if (drawn?.age === age && drawn.gone === gone) return drawn.row;
  const row = newRow(job, info, age, gone);
  drawnRows.set(info, { age, gone, row });
  return row;
}

const isGone = ({ discarded, path }: CheckpointInfo, { filesGone }: Moment): boolean =>
  discarded || (path !== undefined && filesGone(plainPath(path)));

function newRow(job: JobId, info: CheckpointInfo, age: string, gone: boolean): Draft {
  const path = info.path === undefined ? undefined : plainPath(info.path);
  const tokens: Token[] = [];
  if (info.status === 'COMPLETED' && path !== undefined && !gone) {
    tokens.push('restorable', 'hasPath');
    if (info.savepoint && isLocal(path)) tokens.push('disposable');
  }
  return {
    key: String(info.id),
    about: {
      k: 'checkpoint',
      job,
      checkpoint: info.id,
      savepoint: info.savepoint,
      ...(path === undefined ? {} : { path }),
    },
    look: {
      label: info.savepoint && path !== undefined ? baseName(path) : String(info.id),
      description: figures(info, age, gone),
      ...iconOf(icon(info, gone)),
      tooltip: [
        `**${info.savepoint ? 'Savepoint' : 'Checkpoint'} ${info.id}** ${info.status}`,
        `Started ${new Date(info.triggerMs).toLocaleTimeString('en-GB')}, took ${durationText(info.durationMs)}`,
        `${info.acknowledged} of ${countText(info.subtasks, 'subtask')} acknowledged`,
        path === undefined ? '' : `\`${path}\``,
        gone && !info.discarded ? 'Its files were deleted: it cannot be restored any more.' : '',
        info.failure ?? '',
      ]
        .filter((text) => text !== '')
        .join('  \n'),
      tokens,
      collapse: info.status === 'COMPLETED' && !gone ? 'collapsed' : 'none',
    },
  };
}

const iconOf = (icon: Look['icon']): Pick<Look, 'icon'> => (icon === undefined ? {} : { icon });

/** The checkpoints or savepoints of a job, newest first. */
export function checkpointsChildren(
  id: string,
  job: JobId,
  page: Paged<CheckpointInfo>,
  savepoints: boolean,
  dueMs?: number,
): Drawing {
  return (moment) => {
    if (page.items.length === 0) {
      const due = dueMs === undefined ? undefined : Math.ceil((dueMs - moment.nowMs) / 1000);
      return [
        savepoints
          ? line('none', 'No savepoint yet.')
          : line(
              'none',
              due !== undefined && due > 0 ? `The first checkpoint is due in ${due} s.` : 'No checkpoint yet.',
            ),
      ];
    }
    const rows = [...page.items].sort((a, b) => b.id - a.id).map((info) => checkpointRow(job, info, moment));
    return page.total > rows.length ? [...rows, moreRow(id, rows.length, page.total, checkpointsPage)] : rows;
  };
}

function copyRow(key: 'local' | 'remote', path: string): Draft {
  const inline = !/[/\\]/.test(path);
  return {
    key,
    about: inline ? { k: 'text' } : { k: 'copy', path: plainPath(path) },
    look: {
      label: key,
      description: inline ? path : baseName(path),
      icon: { name: key === 'local' ? 'device-desktop' : 'cloud' },
      tooltip: `\`${plainPath(path)}\``,
      tokens: inline ? [] : ['hasPath'],
      collapse: 'none',
    },
  };
}

function handleRow(handle: HandleInfo, index: number): Draft {
  const range = handle.keyGroups;
  return {
    key: `handle-${index}`,
    about: { k: 'text' },
    look: {
      label: `${handle.state} state`,
      description: joined(
        range === undefined ? handle.kind : `key groups ${range.start}–${range.end}`,
        sizeText(handle.sizeBytes),
        handle.local === undefined ? 'remote' : 'local and remote',
      ),
      icon: { name: 'file-binary' },
      tooltip: `${handle.kind} handle`,
      collapse: 'collapsed',
    },
    children: [
      ...(handle.local === undefined ? [] : [copyRow('local', handle.local)]),
      copyRow('remote', handle.remote),
    ],
  };
}

function subtaskRow(subtask: CheckpointSubtask, of: number): Draft {
  const local = subtask.handles.some((handle) => handle.local !== undefined);
  return {
    key: `subtask-${subtask.subtask}`,
    about: { k: 'text' },
    look: {
      label: `subtask ${subtask.subtask + 1}/${of}`,
      description: joined(
        sizeText(subtask.sizeBytes),
        subtask.handles.length === 0 ? undefined : countText(subtask.handles.length, 'handle'),
        local ? 'local copy' : undefined,
      ),
      icon: { name: 'layers' },
      collapse: subtask.handles.length === 0 ? 'none' : 'collapsed',
    },
    children: subtask.handles.map(handleRow),
  };
}

function operatorRow(operator: CheckpointOperator): Draft {
  return {
    key: operator.id,
    about: { k: 'text' },
    look: {
      label: operatorLabel(operator),
      description: joined(sizeText(operator.sizeBytes), countText(operator.subtasks.length, 'subtask')),
      icon: { name: operator.sizeBytes > 0 ? 'database' : 'arrow-right' },
      tooltip: `Operator id: \`${operator.id}\``,
      tokens: ['hasId'],
      collapse: operator.subtasks.length === 0 ? 'none' : 'collapsed',
    },
    children: operator.subtasks.map((subtask) => subtaskRow(subtask, operator.subtasks.length)),
  };
}

/** What is in a snapshot: operators, subtasks, handles, copies. */
export function checkpointChildren(operators: readonly CheckpointOperator[]): Drawing {
  const rows = operators.map(operatorRow);
  const drafts = rows.length === 0 ? [line('none', 'No state in it.')] : rows;
  return () => drafts;
}
