import type { Alternative, RecoveryEvent } from '../../runtime/base/events';
import { countText, joined } from '../../runtime/base/figures';
import type { RecoveryStep } from '../../runtime/debugadapter/recoverySteps';
import { outcomeText, sizeText, stepText } from '../../runtime/rest/recovery/recoveryText';
import { placeOf } from '../../runtime/rest/recovery/restoredStates';
import { bytesOf, markOf, markText, stepTimeText, type Mark, type PageStep } from './pageSteps';
import type { PageLane } from './recoveryPage';

/** One alternative of a state, as a row of a table. */
export interface AlternativeRow {
  readonly mark: Mark | undefined;
  /** `1`, in the order in which they are tried. */
  readonly number: string;
  readonly place: string;
  readonly handles: string;
  readonly size: string;
  /** What became of it: the reason why it failed, `restored`, `not tried`. */
  readonly outcome: string;
}

/** One step as a line, deeper ones behind it. */
export interface DetailLine {
  readonly depth: number;
  readonly mark: Mark;
  /** The step, where it read from, its time and its outcome. */
  readonly text: string;
}

/** What is told of one step when it is opened. */
export interface StepDetails {
  readonly title: string;
  readonly why: string;
  readonly alternatives: readonly AlternativeRow[];
  readonly lines: readonly DetailLine[];
}

export function stepDetails(lane: PageLane, { steps }: PageStep): StepDetails {
  const [first] = steps;
  const state = first?.event.step.k === 'stateLookup' ? first.event.step : undefined;
  const title = steps.length === 1 && first !== undefined ? stepText(first.event.step) : 'slots assigned';
  return {
    title: `${lane.name}: ${title}`,
    why: state?.why ?? '',
    alternatives:
      state === undefined || first === undefined
        ? []
        : state.alternatives.map((alternative, index) => alternativeRow(alternative, index, first)),
    lines: steps.flatMap((step) => linesOf(step, 0)),
  };
}

function alternativeRow(alternative: Alternative, index: number, lookUp: RecoveryStep): AlternativeRow {
  const attempt = lookUp.inner.find(({ event: { step } }) => step.k === 'attempt' && step.index === index);
  return {
    mark: attempt === undefined ? undefined : markOf(attempt),
    number: String(index + 1),
    place: placeOf(alternative),
    handles: countText(alternative.parts.length, 'handle'),
    size: sizeText(bytesOf(alternative)),
    outcome: attempt === undefined ? 'not tried' : attemptText(attempt.event),
  };
}

function attemptText(event: RecoveryEvent): string {
  const { verdict } = event;
  if (verdict?.v === 'ok') return joined('restored', entriesText(event), stepTimeText(event));
  return verdict === undefined ? 'under way' : joined(outcomeText(event), stepTimeText(event));
}

function linesOf(step: RecoveryStep, depth: number): readonly DetailLine[] {
  const { event } = step;
  const mark = markOf(step);
  const text = joined(
    stepText(event.step),
    mark === 'here' || mark === 'running' || mark === 'failed' ? markText[mark] : '',
    event.step.k === 'readHandle' ? event.step.part.location : '',
    entriesText(event),
    stepTimeText(event),
    // The reason of a look-up stands above its alternatives.
    event.step.k === 'stateLookup' ? '' : outcomeText(event),
  );
  return [{ depth, mark, text }, ...step.inner.flatMap((inner) => linesOf(inner, depth + 1))];
}

function entriesText({ verdict }: RecoveryEvent): string {
  return verdict?.v === 'ok' && verdict.entries !== undefined ? countText(verdict.entries, 'entry', 'entries') : '';
}
