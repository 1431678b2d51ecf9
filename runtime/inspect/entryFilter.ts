import type { StateEntryInfo } from '../rest/debug/model';

/** Which entries of a state are wanted: those that fulfil every part. */
export interface EntryFilter {
  /** Occurs in the key, the namespace or the value, whatever its case; itself in lower case. */
  readonly text?: string;
  /** From 0. */
  readonly subtask?: number;
  readonly keyGroup?: number;
}

const part = /(?:^|\s)(subtask|group):(\d{1,6})(?=\s|$)/gi;

/** Reads what a user types: `ATL`, `subtask:2` (from 1, as subtasks are shown), `group:88`, or several of these with blanks between. */
export function parseEntryFilter(typed: string): EntryFilter {
  const numbers: { subtask?: number; keyGroup?: number } = {};
  const rest = typed.replace(part, (_, name: string, number: string) => {
    if (name.toLowerCase() === 'subtask') numbers.subtask = Number(number) - 1;
    else numbers.keyGroup = Number(number);
    return ' ';
  });
  const text = rest.trim().toLowerCase();
  return { ...numbers, ...(text === '' ? {} : { text }) };
}

export function matchesFilter({ text, subtask, keyGroup }: EntryFilter, entry: StateEntryInfo): boolean {
  if (subtask !== undefined && entry.subtask !== subtask) return false;
  if (keyGroup !== undefined && entry.keyGroup !== keyGroup) return false;
  if (text === undefined) return true;
  const has = (part: string | undefined): boolean => part?.toLowerCase().includes(text) === true;
  // The text of a large value is shortened; its JSON is whole.
  return has(entry.key) || has(entry.namespace) || has(entry.text) || has(JSON.stringify(entry.value));
}
