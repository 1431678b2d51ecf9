import type { StateInfo } from '../../../runtime/cluster/model';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import type { Token } from '../../ids';
import { countText, joined, numberText, shortened } from './format';
import type { About, Draft, Look } from './node';

/** Flink keeps timers as states of these names: `_timer_state/event_<service>`. */
const timerState = /^_timer_state\/(event|processing)_/;

export const isTimers = (state: StateInfo): boolean => timerState.test(state.name) || /timer/i.test(state.kind);

/** Timers of a kind that an operator does not use are no news. */
export const isShown = (state: StateInfo): boolean => !isTimers(state) || state.entries > 0;

/** The state's name; of timers the kind of time. */
export function stateLabel(state: StateInfo): string {
  const time = isTimers(state) ? timerState.exec(state.name)?.[1] : undefined;
  return time === undefined ? state.name : `${time === 'event' ? 'event-time' : 'processing-time'} timers`;
}

export const stateIcon = (state: StateInfo): NonNullable<Look['icon']> => ({
  name: isTimers(state) ? 'watch' : 'table',
});

export function entriesText(state: StateInfo, keyed: boolean): string {
  if (isTimers(state)) return countText(state.entries, 'timer');
  return keyed ? countText(state.entries, 'key') : countText(state.entries, 'entry', 'entries');
}

/** A state, live or of a snapshot; its entries are a question of their own. `of` names its operator. */
export function stateRow(
  about: About,
  state: StateInfo,
  { of, keyed }: { readonly of: string; readonly keyed: boolean },
): Draft {
  const tokens: Token[] = ['filterable'];
  if (keyed) tokens.push('lookup');
  return {
    key: `state-${state.name}`,
    about,
    look: {
      label: stateLabel(state),
      description: joined(
        entriesText(state, keyed),
        state.sizeBytes === undefined ? undefined : sizeText(state.sizeBytes),
        isTimers(state) ? undefined : `${state.kind} ${shortened(state.type, 60)}`,
      ),
      icon: stateIcon(state),
      tooltip: [
        `**${state.name}** of ${of}`,
        `${state.kind} \`${state.type}\``,
        ...state.subtasks.map(
          (part) =>
            `Subtask ${part.subtask + 1}: ${numberText(part.entries)}${part.sizeBytes === undefined ? '' : ` · ${sizeText(part.sizeBytes)}`}`,
        ),
      ].join('  \n'),
      tokens,
      collapse: 'collapsed',
    },
  };
}
