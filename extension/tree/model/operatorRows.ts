import type { JobId } from '../../../runtime/base/ids';
import type { OperatorInfo, TaskInfo } from '../../../runtime/cluster/model';
import type { Token } from '../../ids';
import { countText, joined, numberText, shortId } from './format';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import type { Draft, Drawing } from './node';
import { line } from './node';
import { isShown, isTimers, stateRow } from './stateRows';
import { subtasksRow } from './subtaskRows';

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
    operator.uid === undefined && operator.told === undefined ? `generated id ${shortId(operator.id)}` : undefined,
    operator.keyType === undefined ? undefined : `keyed by ${operator.keyType}`,
    operator.uid === undefined && operator.told === undefined && operator.states.length === 0
      ? undefined
      : countText(operator.parallelism, 'subtask'),
    notesText(operator.notes),
    states > 0
      ? countText(states, 'state')
      : operator.told === undefined && Object.keys(operator.notes).length === 0
        ? 'no state'
        : undefined,
    bytes === undefined ? undefined : sizeText(bytes),
    operator.asBeforeFailure === true && operator.states.length > 0 ? 'as before the failure' : undefined,
  );
}

function operatorTooltip(operator: OperatorInfo): string {
  return [
    operator.told === undefined
      ? `**${operator.uid ?? operator.name}** ${operator.uid === undefined ? '(no uid)' : operator.name}`
      : `**${operator.name}**`,
    operator.told === 'name' ? 'The engine tells neither its id nor its uid.' : `Operator id: \`${operator.id}\``,
    operator.told === 'id' ? 'The engine does not tell its uid.' : '',
    operator.uid === undefined && operator.told === undefined
      ? 'Without a uid its id follows from the shape of the job: changing the job may lose its state.'
      : '',
    `Parallelism ${operator.parallelism}, at most ${operator.maxParallelism} (key groups)`,
    operator.source === undefined ? '' : `\`${operator.source.file}:${operator.source.line}\``,
  ]
    .filter((text) => text !== '')
    .join('  \n');
}

/** The uid; an operator of which it is known that it has none says so. */
export function operatorLabel({ uid, name, told }: Pick<OperatorInfo, 'uid' | 'name' | 'told'>): string {
  return uid ?? (told === undefined ? `(no uid) ${name}` : name);
}

function operatorRow(job: JobId, operator: OperatorInfo, tasks: readonly TaskInfo[]): Draft {
  const tokens: Token[] = operator.told === 'name' ? [] : ['hasId'];
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
      label: operatorLabel(operator),
      description: operatorDescription(operator),
      icon: { name: operator.states.length > 0 ? 'database' : 'arrow-right' },
      tooltip: operatorTooltip(operator),
      tokens,
      collapse: operator.states.length === 0 ? 'none' : 'collapsed',
    },
    children: operator.states.length === 0 ? [] : operatorChildren(job, operator, tasks),
  };
}

function operatorChildren(job: JobId, operator: OperatorInfo, tasks: readonly TaskInfo[]): readonly Draft[] {
  const keyed = operator.keyType !== undefined;
  const states = operator.states.filter(isShown).map((state) =>
    stateRow({ k: 'state', job, ref: { from: 'live', job, operator: operator.id, state: state.name } }, state, {
      of: operator.uid ?? operator.name,
      keyed,
    }),
  );
  const sized = operator.states.some((state) => state.subtasks.some((part) => part.sizeBytes !== undefined));
  return sized ? [...states, subtasksRow(operator, tasks)] : states;
}

/** The operators of a job with their states; the entries of a state are a question of their own. */
export function operatorsChildren(job: JobId, operators: readonly OperatorInfo[], tasks: readonly TaskInfo[]): Drawing {
  const drafts =
    operators.length === 0
      ? [line('none', 'not deployed yet')]
      : operators.map((operator) => operatorRow(job, operator, tasks));
  return () => drafts;
}
