import type { Alternative, RecoveryEvent, StateKind, Step } from '../../runtime/base/events';
import { countText, durationText, joined } from '../../runtime/base/figures';
import { heldIn, type RecoveryStep } from '../../runtime/debugadapter/recoverySteps';
import { sizeText } from '../../runtime/rest/recovery/recoveryText';
import { placeOf } from '../../runtime/rest/recovery/restoredStates';
import type { NamedOperator } from '../../runtime/rest/recovery/recordedRecovery';

/** How a step turned out or where it stands. Each has a shape of its own, so that colour is never needed to tell them apart. */
export type Mark = 'done' | 'local' | 'remote' | 'mixed' | 'fellBack' | 'here' | 'running' | 'failed' | 'skipped';

/** The marks in words, as screen readers say them. */
export const markText: Readonly<Record<Mark, string>> = {
  done: 'done',
  local: 'local',
  remote: 'remote',
  mixed: 'local and remote',
  fellBack: 'fell back',
  here: 'held here',
  running: 'under way',
  failed: 'failed',
  skipped: 'skipped',
};

/** One step as a lane shows it: a stage, a state with all of its alternatives, or several slots in one. */
export interface PageStep {
  /** The id of its first step; unique within a recovery. */
  readonly id: string;
  readonly mark: Mark;
  /** `keyed: local 19 kB`. */
  readonly text: string;
  /** `4 ms`; empty while it is not over. */
  readonly timeText: string;
  /** What it consists of; more than one for slots. */
  readonly steps: readonly RecoveryStep[];
}

/** The stages of a lane in their order, each followed by the states that it restores. */
export function pageSteps(steps: readonly RecoveryStep[], operators: readonly NamedOperator[]): readonly PageStep[] {
  const shown: PageStep[] = [];
  const slots = steps.filter(({ event }) => event.step.k === 'slotAssigned');
  const chained = new Set(steps.flatMap(({ event }) => operatorOf(event) ?? [])).size > 1;
  for (const step of steps) {
    const { k } = step.event.step;
    if (k === 'slotAssigned') {
      if (step === slots[0]) shown.push(slotsStep(step, slots));
      continue;
    }
    if (k === 'stateLookup') {
      shown.push(lookUp(step));
      continue;
    }
    const owner = chained && k === 'operatorContext' ? nameOf(step.event, operators) : '';
    shown.push(stage(step, joined(owner, stageText(step.event))));
    for (const inner of step.inner) shown.push(lookUp(inner));
  }
  return shown;
}

/** `4 ms`, `<1 ms`; nothing while a step is not over. */
export function stepTimeText({ phase, tookMs }: RecoveryEvent): string {
  if (phase !== 'end' || tookMs === undefined) return '';
  return tookMs < 1 ? '<1 ms' : durationText(tookMs);
}

/** Where one step stands, whatever it does. */
export function markOf(step: RecoveryStep): Mark {
  if (step.hold !== undefined) return 'here';
  switch (step.event.verdict?.v) {
    case undefined:
      return 'running';
    case 'ok':
      return readMark(step.event.step) ?? 'done';
    case 'failed':
      return 'failed';
    case 'skipped':
      return 'skipped';
  }
}

export const bytesOf = (alternative: Alternative): number =>
  alternative.parts.reduce((sum, part) => sum + part.sizeBytes, 0);

function readMark(step: Step): Mark | undefined {
  if (step.k === 'readHandle') return step.part.from;
  return step.k === 'attempt' ? placeMark(step.alternative) : undefined;
}

function placeMark(alternative: Alternative): Mark {
  const place = placeOf(alternative);
  return place === 'empty' ? 'done' : place;
}

function operatorOf({ scope }: RecoveryEvent): string | undefined {
  return scope.at === 'task' ? scope.operator : undefined;
}

function nameOf(event: RecoveryEvent, operators: readonly NamedOperator[]): string {
  const operator = operators.find(({ id }) => id === operatorOf(event));
  return operator?.uid ?? operator?.name ?? '';
}

function stage(step: RecoveryStep, text: string): PageStep {
  // What is held deeper within a stage is marked at the state that it restores.
  return { id: step.stepId, mark: markOf(step), text, timeText: stepTimeText(step.event), steps: [step] };
}

/** One word or two, because a lane has many of them; the whole sentence is in the details. */
function stageText({ step, verdict }: RecoveryEvent): string {
  switch (step.k) {
    case 'failureSeen':
      return step.cause.k === 'start' ? 'start' : 'failure';
    case 'regionChosen':
      return `region: ${countText(step.tasks.length, 'task')}`;
    case 'tasksCancelled':
      return 'cancelled';
    case 'restartDelay':
      return `delay ${step.delayMs / 1_000} s`;
    case 'checkpointChosen':
      return step.checkpoint === undefined
        ? 'no checkpoint'
        : `${step.checkpoint.savepoint ? 'savepoint' : 'checkpoint'} ${step.checkpoint.id}`;
    case 'deployed':
      return 'deployed';
    case 'recovered':
      return 'recovered';
    case 'operatorContext':
      return 'context';
    case 'timers':
      return joined('timers', verdict?.v === 'ok' ? String(verdict.entries ?? '') : '').replace(' · ', ' ');
    case 'gatesOpened':
      return 'gates';
    case 'taskRunning':
      return 'RUNNING';
    case 'firstRecord':
      return 'first record';
    case 'slotAssigned':
      return 'slot';
    case 'stateLookup':
    case 'attempt':
    case 'readHandle':
      return stateText(step.state);
  }
}

const stateText = (state: StateKind): string => state;

function slotsStep(first: RecoveryStep, slots: readonly RecoveryStep[]): PageStep {
  const same = slots.filter(({ event: { step } }) => step.k === 'slotAssigned' && step.same).length;
  const moved = slots.length - same;
  const text = [same > 0 ? `${same} same` : '', moved > 0 ? `${moved} moved` : ''].filter((part) => part !== '');
  const marks = slots.map(markOf);
  const mark = (['here', 'failed', 'running'] as const).find((each) => marks.includes(each)) ?? markOf(first);
  const over = slots.every(({ event }) => event.phase === 'end');
  const tookMs = slots.reduce((sum, { event }) => sum + (event.tookMs ?? 0), 0);
  const timeText = over ? stepTimeText({ ...first.event, phase: 'end', tookMs }) : '';
  return { id: first.stepId, mark, text: `slots: ${text.join(', ')}`, timeText, steps: slots };
}

/** A state: which alternative restored it, or is tried just now. */
function lookUp(step: RecoveryStep): PageStep {
  const done = step.inner.find(({ event }) => event.verdict?.v === 'ok');
  const failed = step.inner.filter(({ event }) => event.verdict?.v === 'failed').length;
  const isHeld = heldIn([step]) !== undefined;
  const base = { id: step.stepId, timeText: stepTimeText(step.event), steps: [step] };
  const kind = stageText(step.event);
  if (done?.event.step.k === 'attempt' && !isHeld) {
    const { alternative } = done.event.step;
    const text = `${kind}: ${placeOf(alternative)} ${sizeText(bytesOf(alternative))}`;
    return { ...base, mark: failed > 0 ? 'fellBack' : placeMark(alternative), text };
  }
  const tried = step.inner.at(-1)?.event.step;
  if (tried?.k === 'attempt' && step.event.phase === 'begin') {
    const text = `${kind}: ${tried.index + 1} of ${tried.of}, ${placeOf(tried.alternative)} …`;
    return { ...base, mark: isHeld ? 'here' : 'running', text };
  }
  return {
    ...base,
    mark: markOf(step),
    text: step.event.phase === 'end' ? `${kind}: nothing to restore` : `${kind} …`,
  };
}
