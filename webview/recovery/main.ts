/** The recovery page: shows what the extension sends, and sends back what its user does. */
import type { HoldId } from '../../runtime/base/ids';
import type { ResumeHow } from '../../runtime/base/stepping';
import type { RecoveryInfo } from '../../runtime/cluster/model';
import { heldIn } from '../../runtime/debugadapter/recoverySteps';
import type { RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';
import { make } from '../dom';
import { connect } from '../host';
import type { FromRecoveryPage, LiveState, ToRecoveryPage } from '../messages';
import { comparison } from './comparison';
import { ComparisonView } from './comparisonView';
import { DetailsView } from './detailsView';
import { HeaderView, type PageCan, type ReplayTo } from './headerView';
import { LanesView, type Chosen } from './lanesView';
import { legend } from './marks';
import { recoveryPage, type PageLane, type RecoveryPage } from './recoveryPage';
import { momentAt, momentsOf } from './replay';
import { stepDetails, type StepDetails } from './stepDetails';

interface Shown {
  readonly recorded: RecordedRecovery;
  readonly live: LiveState | undefined;
  /** Why nothing changes any more. */
  readonly past: string;
}

let shown: Shown | undefined;
let page: RecoveryPage | undefined;
let chosen: Chosen | undefined;
let shownHold = '';
/** The moment of the recording that is looked at; the end is not one. */
let moment: number | undefined;
let whatIf: { readonly progress: string; readonly result?: RecoveryInfo } = { progress: '' };

const api = connect<FromRecoveryPage, { readonly chosen?: Chosen }>((message: ToRecoveryPage) => receive(message));
const header = new HeaderView({
  resume,
  replay,
  holdNext: (hold) => api.postMessage({ m: 'holdNext', hold }),
  whatIf: () => api.postMessage({ m: 'whatIf' }),
  export: () => shown !== undefined && api.postMessage({ m: 'export', recorded: shown.recorded }),
});
const lanes = new LanesView((step) => {
  chosen = step;
  api.setState(step === undefined ? {} : { chosen: step });
  draw();
});
const details = new DetailsView();
const compared = new ComparisonView();

function receive(message: ToRecoveryPage): void {
  switch (message.m) {
    case 'recovery':
      shown = { recorded: message.recorded, live: message.live, past: '' };
      break;
    case 'more':
      if (shown === undefined) return;
      shown = { recorded: withMore(shown.recorded, message), live: message.live, past: '' };
      break;
    case 'whatIf':
      whatIf = {
        progress: message.progress ?? '',
        ...(message.result === undefined ? {} : { result: message.result }),
      };
      break;
    case 'gone':
      if (shown === undefined) return;
      shown = { ...shown, live: undefined, past: 'The runtime is gone: this is what it said last.' };
      whatIf = { ...whatIf, progress: '' };
      break;
  }
  draw();
}

function withMore(
  recorded: RecordedRecovery,
  { events, info }: Extract<ToRecoveryPage, { m: 'more' }>,
): RecordedRecovery {
  const last = recorded.details.events.at(-1)?.seq ?? 0;
  const fresh = events.filter(({ seq }) => seq > last);
  return { ...recorded, details: { ...info, events: [...recorded.details.events, ...fresh] } };
}

function draw(): void {
  if (shown === undefined) return;
  const { recorded, live } = shown;
  const now = moment === undefined ? { recorded, holds: live?.holds ?? [] } : momentAt(recorded, moment);
  page = recoveryPage(now.recorded, now.holds);
  header.update(page, canNow(shown));
  lanes.update(page, chosen);
  details.update(chosenDetails());
  const { result } = whatIf;
  compared.update(whatIf.progress, result === undefined ? undefined : comparison(recorded.details, result));
  const held = now.holds[0]?.text ?? '';
  if (held !== shownHold) lanes.showHeld();
  shownHold = held;
}

function canNow({ recorded, live, past }: Shown): PageCan {
  const isOver = live === undefined || recorded.details.endMs !== undefined;
  const isHeld = (live?.holds.length ?? 0) > 0;
  return {
    past,
    steps: moment !== undefined ? 'replay' : isHeld ? 'held' : isOver ? 'over' : 'running',
    holdNext: live?.holdNext,
    whatIf: live?.whatIf === true && whatIf.progress === '',
  };
}

function chosenLane(): PageLane | undefined {
  const all = [page?.jobManager, ...(page?.groups.flatMap((group) => group.lanes) ?? [])];
  return all.find((lane) => lane?.key === chosen?.lane);
}

function chosenDetails(): StepDetails | undefined {
  const lane = chosenLane();
  const step = lane?.steps.find(({ id }) => id === chosen?.step);
  return lane === undefined || step === undefined ? undefined : stepDetails(lane, step);
}

/** The hold of the lane whose step is open: who looks at one lane steps there. */
function chosenHold(): HoldId | undefined {
  const lane = chosenLane();
  return lane === undefined ? undefined : heldIn(lane.steps.flatMap(({ steps }) => steps));
}

function resume(how: ResumeHow): void {
  const hold = how === 'go' ? undefined : chosenHold();
  api.postMessage({ m: 'resume', how, ...(hold === undefined ? {} : { hold }) });
}

/** Goes through the recorded steps; after the last one the whole recovery is shown. */
function replay(to: ReplayTo): void {
  if (shown === undefined) return;
  const next = { start: 0, forward: (moment ?? 0) + 1, back: Math.max(0, (moment ?? 0) - 1), end: Infinity }[to];
  moment = next < momentsOf(shown.recorded) ? next : undefined;
  draw();
}

/** The keys of the debugger. VS Code has its own for them, so they end here while they mean something here. */
function stepKeys(event: KeyboardEvent): void {
  const act = actOf(`${event.shiftKey ? 'Shift+' : ''}${event.key}`);
  if (act === undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

function actOf(key: string): (() => void) | undefined {
  const steps = shown === undefined ? undefined : canNow(shown).steps;
  const how = heldKeys[key];
  if (steps === 'held' && how !== undefined) return () => resume(how);
  const to = replayKeys[key];
  return steps === 'replay' && to !== undefined ? () => replay(to) : undefined;
}

const heldKeys: Readonly<Record<string, ResumeHow>> = { F10: 'next', F11: 'into', 'Shift+F11': 'out', F5: 'go' };
const replayKeys: Readonly<Record<string, ReplayTo>> = {
  F10: 'forward',
  F11: 'forward',
  'Shift+F10': 'back',
  F5: 'end',
};

window.addEventListener('keydown', stepKeys, { capture: true });
window.addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape' || chosen === undefined) return;
  const was = chosen;
  chosen = undefined;
  draw();
  lanes.focus(was);
});
chosen = api.getState()?.chosen;
document.body.append(make('main', {}, header.element, compared.element, lanes.element, details.element, legend()));
api.postMessage({ m: 'ready' });
