import type { StateEntryInfo } from '../../../runtime/cluster/model';
import type { Token } from '../../ids';
import { countText, joined, numberText, shortened } from './format';
import type { About, Draft, Drawing } from './node';
import { line, moreRow } from './node';
import type { FoundEntries } from './stateReading';

/** Rows of state shown at first, and with each "load more". */
export const entriesPage = 200;

/** A key as people write it: texts come as JSON, with quotes. */
export function keyText(key: string): string {
  return /^"[^"\\]*"$/.test(key) ? key.slice(1, -1) : key;
}

/** The whole value as JSON, on several lines; its text where it has none. */
export function valueText({ value, text }: Pick<StateEntryInfo, 'value' | 'text'>): string {
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

/** One key and its value. */
function entryRow({ job, ref }: About & { k: 'state' }, entry: StateEntryInfo): Draft {
  const { key, value, text, keyGroup } = entry;
  const tokens: Token[] = key === '' ? ['hasValue'] : ['hasKey', 'hasValue'];
  if (job !== undefined && keyGroup !== undefined) tokens.push('pinnable');
  const row = line(
    `${entry.subtask}/${entry.keyGroup ?? ''}/${entry.namespace ?? ''}/${key}`,
    key === '' ? '(no key)' : shortened(keyText(key), 60),
    joined(
      shortened(text, 90),
      `subtask ${entry.subtask + 1}`,
      entry.keyGroup === undefined ? undefined : `key group ${entry.keyGroup}`,
      entry.namespace,
    ),
    { name: 'key' },
    `**${keyText(key)}**\n\n\`\`\`json\n${valueText(entry)}\n\`\`\``,
  );
  return {
    ...row,
    about: {
      k: 'entry',
      ...(job === undefined ? {} : { job }),
      ref,
      entry: { key, value, text, ...(keyGroup === undefined ? {} : { keyGroup }) },
    },
    look: { ...row.look, tokens },
  };
}

function filterRow(id: string, filter: string, { total, searched }: FoundEntries): Draft {
  const matches = total === 0 ? 'No entry matches' : countText(total, 'entry matches', 'entries match');
  return {
    key: 'filter',
    about: { k: 'filter', of: id },
    look: {
      label: `“${shortened(filter, 40)}”`,
      description:
        searched === undefined
          ? matches
          : `${matches} in the first ${numberText(searched.entries)} of ${numberText(searched.of)}`,
      icon: { name: 'filter' },
      tokens: ['filtered'],
      tooltip: 'Only entries that match are shown. Press Enter or click to show all again.',
      collapse: 'none',
    },
  };
}

/** The entries of one state, as far as loaded. `id` is the node that they are children of. */
export function entriesChildren(
  id: string,
  state: About & { k: 'state' },
  found: FoundEntries,
  filter: string | undefined,
): Drawing {
  const { items, total, searched } = found;
  const rows = items.map((entry) => entryRow(state, entry));
  const head = filter === undefined ? [] : [filterRow(id, filter, found)];
  const more =
    total > rows.length
      ? [moreRow(id, rows.length, total, entriesPage)]
      : searched === undefined
        ? []
        : [searchOnRow(id)];
  const drafts = filter === undefined && rows.length === 0 ? [line('none', 'empty')] : [...head, ...rows, ...more];
  return () => drafts;
}

function searchOnRow(id: string): Draft {
  const { look, ...row } = line('more', '… search on', undefined, undefined, 'Press Enter or click to search on.');
  return { ...row, about: { k: 'more', of: id }, look };
}
