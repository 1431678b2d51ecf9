import { id, type HoldId } from '../../runtime/base/ids';
import type { RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';
import { stepText } from '../../runtime/rest/recovery/recoveryText';
import type { PageHold } from '../messages';

/** A recorded recovery as it was when one of its steps was about to be taken. */
export interface Moment {
  readonly recorded: RecordedRecovery;
  /** The step that comes next, marked as a held one is. */
  readonly holds: readonly PageHold[];
}

const here = id<HoldId>('replay');

/** How many steps a recording has; the moments are 0, before the first one, up to this number, after the last one. */
export function momentsOf({ details }: RecordedRecovery): number {
  return details.events.filter(isStep).length;
}

/** The recovery at one of its moments; at the last one it is over. */
export function momentAt(recorded: RecordedRecovery, moment: number): Moment {
  const { events, ...info } = recorded.details;
  const begins = events.flatMap((event, index) => (isStep(event) ? [index] : []));
  const at = begins[moment];
  const next = at === undefined ? undefined : events[at];
  if (at === undefined || next === undefined) return { recorded, holds: [] };
  const open: { -readonly [K in keyof typeof info]: (typeof info)[K] } = { ...info, status: 'held' };
  delete open.endMs;
  delete open.tookMs;
  return {
    recorded: { ...recorded, details: { ...open, events: [...events.slice(0, at), { ...next, hold: here }] } },
    holds: [{ hold: here, text: `step ${moment + 1} of ${begins.length} comes next: ${stepText(next.step)}` }],
  };
}

/** Lanes do not show the first record: it comes after the recovery. */
const isStep = ({ phase, step }: RecordedRecovery['details']['events'][number]): boolean =>
  phase === 'begin' && step.k !== 'firstRecord';
