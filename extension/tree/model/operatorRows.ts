import type { JobId } from '../../../runtime/base/ids';
import type { Paged } from '../../../runtime/cluster/cluster';
import type { OperatorInfo, StateEntryInfo, StateInfo } from '../../../runtime/cluster/model';
import type { Token } from '../../ids';
import { countText, joined, numberText, shortId, shortened } from './format';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import type { Draft, Drawing } from './node';
import { line, moreRow } from './node';

/** Rows of state shown at first, and with each "load more". */
export const entriesPage = 200;

/** Flink keeps timers as states of these names: `_timer_state/event_<service>`. */
const timerState = /^_timer_state\/(event|processing)_/;

const isTimers = (state: StateInfo): boolean => timerState.test(state.name) || /timer/i.test(state.kind);

/** What is shown of the timers: the kind of time. */
function timersLabel(state: StateInfo): string {
  const time = timerState.exec(state.name)?.[1];
  return time === undefined ? state.name : `${time === 'event' ? 'event-time' : 'processing-time'} timers`;
}

/** Timers of a kind that an operator does not use are no news. */
const isShown = (state: StateInfo): boolean => !isTimers(state) || state.entries > 0;

function operatorBytes(operator: OperatorInfo): number | undefined {
  const sizes = operator.states.map((state) => state.sizeBytes).filter((bytes) => bytes !== undefined);
  return sizes.length === 0 ? undefined : sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** `11 splits · 812,004 rows`. */
function notesText(notes: OperatorInfo['notes']): string {
  return joined(...Object.entries(notes).map(([name, value]) => `${numberText(value)} ${name}`));
}

function operatorDescription(operator: OperatorInfo): string {
  const bytes = operatorBytes(operator);
  const states = operator.states.filter((state) => !isTimers(state)).length;
  return joined(
    operator.uid === undefined ? `generated id ${shortId(operator.id)}` : undefined,
    operator.keyType === undefined ? undefined : `keyed by ${operator.keyType}`,
    operator.uid === undefined && operator.states.length === 0 ? undefined : countText(operator.parallelism, 'subtask'),
    notesText(operator.notes),
    states === 0 ? (Object.keys(operator.notes).length > 0 ? undefined : 'no state') : countText(states, 'state'),
    bytes === undefined ? undefined : sizeText(bytes),
    operator.asBeforeFailure === true && operator.states.length > 0 ? 'as before the failure' : undefined,
  );
}

function operatorTooltip(operator: OperatorInfo): string {
  return [
    `**${operator.uid ?? operator.name}** ${operator.uid === undefined ? '(no uid)' : operator.name}`,
    `Operator id: \`${operator.id}\``,
    operator.uid === undefined
      ? 'Without a uid its id follows from the shape of the job: changing the job may lose its state.'
      : '',
    `Parallelism ${operator.parallelism}, at most ${operator.maxParallelism} (key groups)`,
    operator.source === undefined ? '' : `\`${operator.source.file}:${operator.source.line}\``,
  ]
    .filter((text) => text !== '')
    .join('  \n');
}

function operatorRow(job: JobId, operator: OperatorInfo): Draft {
  const tokens: Token[] = ['hasId'];
  if (operator.source !== undefined) tokens.push('hasSource');
  return {
    key: operator.id,
    about: {
      k: 'operator',
      job,
      operator: operator.id,
      ...(operator.source === undefined ? {} : { source: operator.source }),
    },
    look: {
      label: operator.uid ?? `(no uid) ${operator.name}`,
      description: operatorDescription(operator),
      icon: { name: operator.states.length > 0 ? 'database' : 'arrow-right' },
      tooltip: operatorTooltip(operator),
      tokens,
      collapse: operator.states.length === 0 ? 'none' : 'collapsed',
    },
    children: operator.states.length === 0 ? [] : operatorChildren(job, operator),
  };
}

function subtasksRow(states: readonly StateInfo[], parallelism: number): Draft {
  const bytes = Array.from({ length: parallelism }, (_, subtask) =>
    states
      .flatMap((state) => state.subtasks)
      .filter((part) => part.subtask === subtask)
      .reduce((sum, part) => sum + (part.sizeBytes ?? 0), 0),
  );
  return line('subtasks', 'subtasks', bytes.map((size, subtask) => `${subtask + 1}: ${sizeText(size)}`).join('   '), {
    name: 'layers',
  });
}

function operatorChildren(job: JobId, operator: OperatorInfo): readonly Draft[] {
  const states = operator.states.filter(isShown).map((state) => stateRow(job, operator, state));
  const sized = operator.states.some((state) => state.subtasks.some((part) => part.sizeBytes !== undefined));
  return sized ? [...states, subtasksRow(operator.states, operator.parallelism)] : states;
}

function entriesText(state: StateInfo, keyed: boolean): string {
  if (isTimers(state)) return countText(state.entries, 'timer');
  return keyed ? countText(state.entries, 'key') : countText(state.entries, 'entry', 'entries');
}

function stateRow(job: JobId, operator: OperatorInfo, state: StateInfo): Draft {
  return {
    key: `state-${state.name}`,
    about: { k: 'state', job, operator: operator.id, state: state.name },
    look: {
      label: isTimers(state) ? timersLabel(state) : state.name,
      description: joined(
        entriesText(state, operator.keyType !== undefined),
        state.sizeBytes === undefined ? undefined : sizeText(state.sizeBytes),
        isTimers(state) ? undefined : `${state.kind} ${shortened(state.type, 60)}`,
      ),
      icon: { name: isTimers(state) ? 'watch' : 'table' },
      tooltip: [
        `**${state.name}** of ${operator.uid ?? operator.name}`,
        `${state.kind} \`${state.type}\``,
        ...state.subtasks.map(
          (part) =>
            `Subtask ${part.subtask + 1}: ${numberText(part.entries)}${part.sizeBytes === undefined ? '' : ` · ${sizeText(part.sizeBytes)}`}`,
        ),
      ].join('  \n'),
      tokens: operator.keyType === undefined ? [] : ['lookup'],
      collapse: 'collapsed',
    },
  };
}

/** The operators of a job with their states; the entries of a state are a question of their own. */
export function operatorsChildren(job: JobId, operators: readonly OperatorInfo[]): Drawing {
  const drafts =
    operators.length === 0
      ? [line('none', 'not deployed yet')]
      : operators.map((operator) => operatorRow(job, operator));
  return () => drafts;
}

/** A key as people write it: texts come as JSON, with quotes. */
export function keyText(key: string): string {
  return /^"[^"\\]*"$/.test(key) ? key.slice(1, -1) : key;
}

/** One key and its value. */
function entryRow(entry: StateEntryInfo): Draft {
  return line(
    `${entry.subtask}/${entry.keyGroup ?? ''}/${entry.namespace ?? ''}/${entry.key}`,
    entry.key === '' ? '(no key)' : shortened(keyText(entry.key), 60),
    joined(
      shortened(entry.text, 90),
      `subtask ${entry.subtask + 1}`,
      entry.keyGroup === undefined ? undefined : `key group ${entry.keyGroup}`,
      entry.namespace,
    ),
    { name: 'key' },
    `**${keyText(entry.key)}**\n\n\`\`\`json\n${entry.value === undefined ? entry.text : JSON.stringify(entry.value, null, 2)}\n\`\`\``,
  );
}

/** The entries of one state, as far as loaded. `id` is the node that they are children of. */
export function entriesChildren(id: string, page: Paged<StateEntryInfo>): Drawing {
  const rows = page.items.map(entryRow);
  const rest = page.total - rows.length;
  const drafts =
    rows.length === 0
      ? [line('none', 'empty')]
      : rest > 0
        ? [...rows, moreRow(id, rows.length, page.total, entriesPage)]
        : rows;
  return () => drafts;
}
