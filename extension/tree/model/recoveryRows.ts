import type { HoldId, JobId } from '../../../runtime/base/ids';
import type { HeldStep, OperatorInfo, RecoveryDetails, RecoveryInfo, TaskInfo } from '../../../runtime/cluster/model';
import {
  causeText,
  outcomeText,
  restoredStateText,
  sizeText,
  stepText,
} from '../../../runtime/rest/recovery/recoveryText';
import { placeOf, restoredStates, type RestoredState } from '../../../runtime/rest/recovery/restoredStates';
import { ageText, durationText, joined, shortId, shortened } from './format';
import type { Draft, Drawing, Look, Moment } from './node';
import { line } from './node';
import {
  heldIn,
  laneKey,
  laneLabel,
  recoveryLanes,
  taskNamer,
  type Lane,
  type RecoveryStep,
} from '../../../runtime/debugadapter/recoverySteps';

/** What rows need besides the recovery itself. */
export interface RecoveryNames {
  readonly operators: readonly OperatorInfo[];
  readonly tasks: readonly TaskInfo[];
  /** Steps held now, by hold; their text is the engine's. */
  readonly holds: readonly HeldStep[];
}

function origins(info: RecoveryInfo): string {
  return [
    info.local > 0 ? `${info.local} local` : '',
    info.remote > 0 ? `${info.remote} remote` : '',
    info.fellBack > 0 ? `${info.fellBack} fell back` : '',
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function recoveryIcon(info: RecoveryInfo): Look['icon'] {
  switch (info.status) {
    case 'held':
      return { name: 'debug-pause', tint: 'held' };
    case 'running':
      return { name: 'sync', tint: 'busy' };
    case 'given up':
      return { name: 'error', tint: 'bad' };
    case 'done':
      return { name: info.fellBack > 0 ? 'warning' : 'check', tint: info.fellBack > 0 ? 'held' : 'good' };
  }
}

/** One recovery as a row: `#1 tm-2 killed`, `3 min ago · 212 ms · 1 local, 1 remote`. */
function recoveryRow(job: JobId, info: RecoveryInfo, heldText: string | undefined, { nowMs }: Moment): Draft {
  const icon = recoveryIcon(info);
  return {
    key: String(info.recovery),
    about: { k: 'recovery', job, recovery: info.recovery },
    look: {
      label: info.recovery === 0 ? 'start' : `#${info.recovery}  ${shortened(causeText(info.cause), 60)}`,
      description:
        info.status === 'held'
          ? (heldText ?? 'held')
          : joined(
              ageText(info.startMs, nowMs),
              info.status === 'given up' ? 'given up' : undefined,
              info.tookMs === undefined ? undefined : durationText(info.tookMs),
              origins(info),
            ),
      ...(icon === undefined ? {} : { icon }),
      tooltip: [
        `**Recovery ${info.recovery}**: ${causeText(info.cause)}`,
        info.checkpoint === undefined
          ? 'Without a checkpoint.'
          : `From ${info.checkpoint.savepoint ? 'savepoint' : 'checkpoint'} ${info.checkpoint.id}`,
        info.placesUnknown === true
          ? 'The engine does not tell from where states were restored.'
          : `local ${sizeText(info.localBytes)} · remote ${sizeText(info.remoteBytes)}`,
      ].join('  \n'),
      tokens: info.status === 'held' ? ['recovery', 'held'] : ['recovery'],
      collapse: info.status === 'held' ? 'expanded' : 'collapsed',
    },
  };
}

/** The recoveries of a job, newest first; the start of the job is the last. */
export function recoveriesChildren(
  job: JobId,
  recoveries: readonly RecoveryInfo[],
  holds: readonly HeldStep[],
): Drawing {
  const rows = [...recoveries].sort((a, b) => b.recovery - a.recovery);
  const heldText = (recovery: number): string | undefined =>
    holds.find((held) => held.event.scope.recovery === recovery)?.text;
  return (moment) =>
    rows.length === 0
      ? [line('none', 'None: nothing failed so far.')]
      : rows.map((info) => recoveryRow(job, info, heldText(info.recovery), moment));
}

/** The end of a path: the checkpoint's folder and the file. */
const pathEnd = (path: string): string => path.split('/').slice(-2).join('/');

/** What a reading step read, and from where; `locationText` says how much of a path is shown. */
function readingText({ event: { step } }: RecoveryStep, locationText: (path: string) => string): string | undefined {
  if (step.k === 'attempt') return sizeText(step.alternative.parts.reduce((sum, part) => sum + part.sizeBytes, 0));
  return step.k === 'readHandle' ? locationText(step.part.location) : undefined;
}

function ownerText({ event: { scope, step } }: RecoveryStep, names: RecoveryNames): string | undefined {
  const stage = step.k === 'operatorContext' || step.k === 'stateLookup' || step.k === 'timers';
  if (!stage || scope.at !== 'task' || scope.operator === undefined) return undefined;
  const operator = names.operators.find((info) => info.id === scope.operator);
  return operator?.uid ?? operator?.name ?? shortId(scope.operator);
}

function stepLook(step: RecoveryStep, names: RecoveryNames): Look {
  const { event, hold } = step;
  const label = stepText(event.step);
  const described = (locationText: (path: string) => string): string =>
    joined(
      hold === undefined ? undefined : 'held here',
      ownerText(step, names),
      readingText(step, locationText),
      event.tookMs === undefined || event.tookMs < 1 ? undefined : durationText(event.tookMs),
      outcomeText(event),
    );
  const description = described(pathEnd);
  return {
    label,
    ...(description === '' ? {} : { description: shortened(description, 160) }),
    icon: stepIcon(step),
    tooltip: joined(
      label,
      described((path) => `\`${path}\``),
    ),
    tokens: hold === undefined ? [] : ['held'],
    collapse: step.inner.length === 0 ? 'none' : isInteresting(step) ? 'expanded' : 'collapsed',
  };
}

const containsHold = (step: RecoveryStep): boolean => step.hold !== undefined || step.inner.some(containsHold);
const containsFailure = (step: RecoveryStep): boolean =>
  step.event.verdict?.v === 'failed' || step.inner.some(containsFailure);
const isInteresting = (step: RecoveryStep): boolean => containsHold(step) || containsFailure(step);

function stepIcon(step: RecoveryStep): NonNullable<Look['icon']> {
  if (step.hold !== undefined) return { name: 'debug-stackframe', tint: 'held' };
  switch (step.event.verdict?.v) {
    case undefined:
      return { name: 'sync', tint: 'busy' };
    case 'failed':
      return { name: 'warning', tint: 'bad' };
    case 'skipped':
      return { name: 'circle-slash', tint: 'quiet' };
    case 'ok':
      return { name: originIcon(step) ?? 'check', tint: 'quiet' };
  }
}

/** Where a reading step read from, as a shape. */
function originIcon({ event: { step } }: RecoveryStep): string | undefined {
  if (step.k === 'readHandle') return step.part.from === 'local' ? 'device-desktop' : 'cloud';
  return step.k === 'attempt' ? placeIcon(placeOf(step.alternative)) : undefined;
}

function placeIcon(place: RestoredState['from']): string | undefined {
  if (place === undefined || place === 'empty') return undefined;
  return place === 'local' ? 'device-desktop' : 'cloud';
}

function stepRow(job: JobId, step: RecoveryStep, names: RecoveryNames): Draft {
  return {
    key: step.stepId,
    about: step.hold === undefined ? { k: 'text' } : { k: 'held', job, hold: step.hold },
    look: stepLook(step, names),
    children: step.inner.map((inner) => stepRow(job, inner, names)),
  };
}

function jobManagerSummary(lane: Lane): string {
  const chosen = lane.steps.find((step) => step.event.step.k === 'checkpointChosen') ?? lane.steps.at(-1);
  return chosen === undefined ? '' : joined(stepText(chosen.event.step), outcomeText(chosen.event));
}

/** `local · 19 kB · 4 ms`; `remote, because … · 19 kB · 11 ms`. */
function taskSummary(lane: Lane, restored: RestoredState | undefined): string {
  if (restored === undefined || restored.from === 'empty') {
    return lane.steps.some((step) => step.event.step.k === 'taskRunning') ? 'RUNNING' : '';
  }
  return joined(
    restoredStateText(restored),
    sizeText(restored.sizeBytes),
    restored.tookMs === undefined ? undefined : durationText(restored.tookMs),
  );
}

function laneIcon(
  lane: Lane,
  hold: HoldId | undefined,
  restored: RestoredState | undefined,
): NonNullable<Look['icon']> {
  if (hold !== undefined) return { name: 'debug-pause', tint: 'held' };
  if (lane.key === 'jobmanager') return { name: 'server-process' };
  return { name: placeIcon(restored?.from) ?? 'layers' };
}

function laneRow(job: JobId, lane: Lane, restored: RestoredState | undefined, names: RecoveryNames): Draft {
  const hold = heldIn(lane.steps);
  const text = names.holds.find((held) => held.hold === hold)?.text;
  const summary = lane.key === 'jobmanager' ? jobManagerSummary(lane) : taskSummary(lane, restored);
  return {
    key: `lane-${lane.key}`,
    about: hold === undefined ? { k: 'text' } : { k: 'held', job, hold },
    look: {
      label: laneLabel(lane, names.operators),
      description: shortened(text ?? summary, 160),
      icon: laneIcon(lane, hold, restored),
      tokens: hold === undefined ? [] : ['held'],
      collapse: lane.steps.length === 0 ? 'none' : hold === undefined ? 'collapsed' : 'expanded',
      tooltip: joined(lane.name, lane.taskManager === undefined ? undefined : `on ${lane.taskManager}`, summary),
    },
    children: lane.steps.map((step) => stepRow(job, step, names)),
  };
}

/** The places of one recovery with their steps. */
export function recoveryChildren(job: JobId, details: RecoveryDetails, names: RecoveryNames): Drawing {
  const states = restoredStates(details.events).filter((state) => state.state === 'keyed');
  const restoredIn = (lane: Lane): RestoredState | undefined => states.find(({ scope }) => laneKey(scope) === lane.key);
  const drafts = recoveryLanes(details.events, taskNamer(names.tasks), names.holds).map((lane) =>
    laneRow(job, lane, restoredIn(lane), names),
  );
  return () => drafts;
}
