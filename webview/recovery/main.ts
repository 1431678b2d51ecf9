/** The recovery page: shows what the extension sends, and sends back what its user does. */
import type { HoldId } from '../../runtime/base/ids';
import { make } from '../dom';
import { connect } from '../host';
import type { FromRecoveryPage, LiveState, ToRecoveryPage } from '../messages';
import type { RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';
import { DetailsView } from './detailsView';
import { HeaderView } from './headerView';
import { LanesView, type Chosen } from './lanesView';
import { legend } from './marks';
import { recoveryPage, type PageLane, type RecoveryPage } from './recoveryPage';
import { stepDetails, type StepDetails } from './stepDetails';
import { heldIn } from '../../runtime/debugadapter/recoverySteps';

interface Shown {
  readonly recorded: RecordedRecovery;
  readonly live: LiveState | undefined;
  /** Why nothing changes any more. */
  readonly past: string;
}

let shown: Shown | undefined;
let page: RecoveryPage | undefined;
let chosen: Chosen | undefined;
let shownHold: HoldId | undefined;

const api = connect<FromRecoveryPage, { readonly chosen?: Chosen }>((message: ToRecoveryPage) => receive(message));
const header = new HeaderView((message) => api.postMessage(message), chosenHold);
const lanes = new LanesView((step) => {
  chosen = step;
  api.setState(step === undefined ? {} : { chosen: step });
  draw();
});
const details = new DetailsView();

function receive(message: ToRecoveryPage): void {
  switch (message.m) {
    case 'recovery':
      shown = { recorded: message.recorded, live: message.live, past: '' };
      break;
    case 'more':
      if (shown === undefined) return;
      shown = { recorded: withMore(shown.recorded, message), live: message.live, past: '' };
      break;
    case 'gone':
      if (shown === undefined) return;
      shown = { ...shown, live: undefined, past: 'The runtime is gone: this is what it said last.' };
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
  const { recorded, live, past } = shown;
  page = recoveryPage(recorded, live?.holds ?? []);
  header.update(page, live, past);
  lanes.update(page, chosen);
  details.update(chosenDetails());
  const hold = live?.holds[0]?.hold;
  if (hold !== shownHold) lanes.showHeld();
  shownHold = hold;
  document.body.dataset['drawn'] = 'true';
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

/** The keys of the debugger. VS Code has its own for them, so they end here while something is held. */
function stepKeys(event: KeyboardEvent): void {
  const how = keys[`${event.shiftKey ? 'Shift+' : ''}${event.key}`];
  if (how === undefined || (shown?.live?.holds.length ?? 0) === 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const hold = how === 'go' ? undefined : chosenHold();
  api.postMessage({ m: 'resume', how, ...(hold === undefined ? {} : { hold }) });
}

const keys: Readonly<Record<string, 'next' | 'into' | 'out' | 'go'>> = {
  F10: 'next',
  F11: 'into',
  'Shift+F11': 'out',
  F5: 'go',
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
document.body.append(make('main', {}, header.element, lanes.element, details.element, legend()));
api.postMessage({ m: 'ready' });
