import type { JobId } from '../../../runtime/base/ids';
import type { StateEntryInfo } from '../../../runtime/cluster/model';
import type { RetainedSnapshot } from '../../../runtime/cluster/retainedSnapshots';
import { plainPath } from './checkpointRows';
import { keyText, valueText } from './entryRows';
import { ageText, joined, shortened } from './format';
import type { ValueThen } from './keyHistory';
import type { Draft, Drawing, Look, Moment, Pin, StateRef } from './node';
import { line } from './node';

/** Snapshots in which a pinned key is looked up at first, and with each "load more". */
export const historyPage = 20;

/** The value of a pinned key in one snapshot. */
export interface Then {
  readonly snapshot: RetainedSnapshot;
  readonly value: ValueThen;
}

/** A pinned key as a row of its job. */
export function pinRow(job: JobId, pin: Pin): Draft {
  return {
    key: `pin-${pin.operator}-${pin.state}-${pin.key}`,
    about: { k: 'pin', job, pin },
    look: {
      label: shortened(keyText(pin.key), 60),
      description: `pinned · ${pin.state} of ${pin.operatorName}`,
      icon: { name: 'pinned' },
      tooltip: `**${keyText(pin.key)}** of ${pin.state}: its value now and in every checkpoint and savepoint that is still there.`,
      tokens: ['pinned', 'hasKey'],
      collapse: 'collapsed',
    },
  };
}

const textOf = (entries: readonly StateEntryInfo[]): string =>
  entries.length === 0
    ? 'not there'
    : entries.map(({ text, namespace }) => (namespace === undefined ? text : `${namespace}: ${text}`)).join(' · ');

const wholeOf = (entries: readonly StateEntryInfo[]): string => entries.map(valueText).join('\n');

function valueRow(
  key: string,
  label: string,
  ref: { readonly job: JobId; readonly ref: StateRef },
  entries: readonly StateEntryInfo[],
  { icon, when }: { readonly icon: NonNullable<Look['icon']>; readonly when?: string },
): Draft {
  const [first] = entries;
  const row = line(
    key,
    label,
    joined(when, shortened(textOf(entries), 90)),
    icon,
    first === undefined ? 'The key is not there.' : `\`\`\`json\n${wholeOf(entries)}\n\`\`\``,
  );
  if (first === undefined) return row;
  const { key: name, value, text } = first;
  return {
    ...row,
    about: { k: 'entry', ...ref, entry: { key: name, value, text } },
    look: { ...row.look, tokens: ['hasKey', 'hasValue'] },
  };
}

/** How the value of a snapshot stands to that of the one before it. */
function change(then: ValueThen, before: ValueThen | undefined): { readonly name: string; readonly words: string } {
  if (then.k === 'unread') return { name: 'warning', words: '' };
  if (then.entries.length === 0) return { name: 'circle-slash', words: '' };
  if (before?.k !== 'entries') return { name: 'circle-outline', words: '' };
  if (before.entries.length === 0) return { name: 'diff-added', words: 'new' };
  return wholeOf(then.entries) === wholeOf(before.entries)
    ? { name: 'circle-outline', words: 'as before' }
    : { name: 'diff-modified', words: 'changed' };
}

function thenRow(job: JobId, pin: Pin, { snapshot, value }: Then, before: Then | undefined, { nowMs }: Moment): Draft {
  const path = plainPath(snapshot.path);
  // The number first: in a narrow view little more than it is seen.
  const label = snapshot.savepoint ? `${snapshot.id} savepoint` : String(snapshot.id);
  if (value.k === 'unread') {
    return line(path, label, shortened(value.why, 120), { name: 'warning', tint: 'bad' }, value.why);
  }
  const { name, words } = change(value, before?.value);
  const ref = { from: 'stored', snapshot: path, operator: pin.operator, state: pin.state } as const;
  return valueRow(path, label, { job, ref }, value.entries, {
    icon: { name },
    when: joined(words, ageText(snapshot.triggerMs + snapshot.durationMs, nowMs)),
  });
}

/**
 * The value of a pinned key now (`live` is absent when the job does not run) and in each snapshot, the newest first. With `more` the last
 * of `history` is not shown: the one before it is compared with it.
 */
export function pinChildren(
  id: string,
  job: JobId,
  pin: Pin,
  live: readonly StateEntryInfo[] | undefined,
  history: readonly Then[],
  more: boolean,
): Drawing {
  const ref = { from: 'live', job, operator: pin.operator, state: pin.state } as const;
  const now =
    live === undefined ? [] : [valueRow('now', 'now', { job, ref }, live, { icon: { name: 'pulse', tint: 'good' } })];
  const shown = more ? history.slice(0, -1) : history;
  const onwards: readonly Draft[] = more
    ? [
        {
          ...line('more', '… older ones', undefined, undefined, 'Press Enter or click to look into older snapshots.'),
          about: { k: 'more', of: id },
        },
      ]
    : [];
  return (moment) => {
    const rows = shown.map((then, index) => thenRow(job, pin, then, history[index + 1], moment));
    return rows.length === 0
      ? [...now, line('none', 'There is no checkpoint or savepoint yet.')]
      : [...now, ...rows, ...onwards];
  };
}
