import { make, setChildren, setText } from '../dom';
import { markShape } from './marks';
import { markText, type PageStep } from './pageSteps';
import type { LaneGroup, PageLane, RecoveryPage } from './recoveryPage';

/** A step that is chosen: opened in the details. */
export interface Chosen {
  readonly lane: string;
  readonly step: string;
}

/** Groups with more subtasks than this begin closed and show only lanes in which something happens or happened. */
const openUpTo = 8;

interface DrawnLane {
  readonly element: HTMLElement;
  readonly signature: string;
}

interface DrawnGroup {
  readonly element: HTMLElement;
  readonly header: HTMLButtonElement;
  readonly name: HTMLElement;
  readonly counts: HTMLElement;
  readonly body: HTMLElement;
}

/**
 * The lanes as lists of buttons. Only lanes that changed are drawn anew. One step of all is in the tab order; arrows move from there:
 * left and right within a lane, up and down between lanes.
 */
export class LanesView {
  readonly element = make('div', { class: 'lanes' });
  private readonly lanes = new Map<string, DrawnLane>();
  private readonly groups = new Map<string, DrawnGroup>();
  private readonly opened = new Map<string, boolean>();
  private readonly jobManager = make('div', { class: 'group' });
  private page: RecoveryPage | undefined;
  private chosen: Chosen | undefined;
  private current: HTMLButtonElement | undefined;

  /** `choose` is told when a step is opened, or closed. */
  constructor(private readonly choose: (chosen: Chosen | undefined) => void) {
    this.element.addEventListener('click', (event) => this.clicked(event));
    this.element.addEventListener('keydown', (event) => this.moved(event));
    this.element.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLButtonElement && target.matches('.step')) this.makeCurrent(target);
    });
  }

  update(page: RecoveryPage, chosen: Chosen | undefined): void {
    this.page = page;
    this.chosen = chosen;
    const shown = new Set<string>();
    const laneOf = (lane: PageLane): HTMLElement => {
      shown.add(lane.key);
      return this.drawLane(lane);
    };
    setChildren(this.jobManager, page.jobManager === undefined ? [] : [laneOf(page.jobManager)]);
    const groups = page.groups.map((group) => this.drawGroup(group, laneOf));
    setChildren(this.element, [this.jobManager, ...groups]);
    for (const key of [...this.lanes.keys()]) if (!shown.has(key)) this.lanes.delete(key);
    if (this.current?.isConnected !== true) this.makeCurrent(this.steps()[0]);
  }

  /** Puts the focus on a step, if it is shown. */
  focus({ step }: Chosen): void {
    this.element.querySelector<HTMLButtonElement>(`.step[data-step="${CSS.escape(step)}"]`)?.focus();
  }

  /** Scrolls to the step that is held, so that it is seen without looking for it. */
  showHeld(): void {
    this.element.querySelector('.step-here')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private drawGroup(group: LaneGroup, laneOf: (lane: PageLane) => HTMLElement): HTMLElement {
    const drawn = this.groups.get(group.key) ?? this.newGroup(group.key);
    const open = this.opened.get(group.key) ?? group.lanes.length <= openUpTo;
    setText(drawn.name, group.name);
    setText(drawn.counts, group.counts);
    drawn.header.setAttribute('aria-expanded', String(open));
    const lanes = open ? group.lanes : group.lanes.filter(isStriking);
    setChildren(drawn.body, lanes.map(laneOf));
    return drawn.element;
  }

  private newGroup(key: string): DrawnGroup {
    const name = make('span', { class: 'group-name' });
    const counts = make('span', { class: 'counts' });
    const header = make('button', { class: 'group-header', type: 'button', 'data-group': key }, name, counts);
    const body = make('div', { class: 'group-body' });
    const element = make('section', { class: 'group' }, make('h2', {}, header), body);
    const drawn = { element, header, name, counts, body };
    this.groups.set(key, drawn);
    return drawn;
  }

  private drawLane(lane: PageLane): HTMLElement {
    const chosen = this.chosen?.lane === lane.key ? this.chosen.step : '';
    const signature = signatureOf(lane, chosen);
    const before = this.lanes.get(lane.key);
    if (before?.signature === signature) return before.element;
    const focused = before?.element.contains(document.activeElement) === true ? focusedStep() : undefined;
    const element = laneElement(lane, chosen);
    before?.element.replaceWith(element);
    this.lanes.set(lane.key, { element, signature });
    const current = this.current?.dataset['step'];
    const same = current === undefined ? undefined : stepIn(element, current);
    if (same !== undefined) this.makeCurrent(same);
    if (focused !== undefined) stepIn(element, focused)?.focus();
    return element;
  }

  private clicked({ target }: Event): void {
    if (!(target instanceof Element)) return;
    const header = target.closest<HTMLElement>('.group-header')?.dataset['group'];
    if (header !== undefined) this.toggle(header);
    const button = target.closest<HTMLButtonElement>('.step');
    const lane = button?.closest<HTMLElement>('.lane')?.dataset['lane'];
    const step = button?.dataset['step'];
    if (lane === undefined || step === undefined) return;
    this.choose(this.chosen?.step === step && this.chosen.lane === lane ? undefined : { lane, step });
  }

  private toggle(group: string): void {
    if (this.page === undefined) return;
    const open = this.groups.get(group)?.header.getAttribute('aria-expanded') === 'true';
    this.opened.set(group, !open);
    this.update(this.page, this.chosen);
  }

  private moved(event: KeyboardEvent): void {
    const { target, key } = event;
    if (!(target instanceof HTMLButtonElement) || !target.matches('.step') || event.ctrlKey || event.altKey) return;
    const next = this.neighbour(target, key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private neighbour(from: HTMLButtonElement, key: string): HTMLButtonElement | undefined {
    const lane = from.closest('.lane');
    const row = lane === null ? [] : stepsOf(lane);
    const at = row.indexOf(from);
    switch (key) {
      case 'ArrowRight':
        return row[at + 1];
      case 'ArrowLeft':
        return row[at - 1];
      case 'Home':
        return row[0];
      case 'End':
        return row.at(-1);
      case 'ArrowDown':
      case 'ArrowUp': {
        const lanes = [...this.element.querySelectorAll('.lane')];
        const beside = lanes[lanes.findIndex((each) => each === lane) + (key === 'ArrowDown' ? 1 : -1)];
        const steps = beside === undefined ? [] : stepsOf(beside);
        return steps[Math.min(at, steps.length - 1)];
      }
      default:
        return undefined;
    }
  }

  private steps(): readonly HTMLButtonElement[] {
    return stepsOf(this.element);
  }

  private makeCurrent(step: HTMLButtonElement | undefined): void {
    if (this.current !== undefined) this.current.tabIndex = -1;
    this.current = step;
    if (step !== undefined) step.tabIndex = 0;
  }
}

const stepsOf = (within: Element): readonly HTMLButtonElement[] => [
  ...within.querySelectorAll<HTMLButtonElement>('.step'),
];

const stepIn = (lane: Element, step: string): HTMLButtonElement | undefined =>
  stepsOf(lane).find(({ dataset }) => dataset['step'] === step);

const focusedStep = (): string | undefined =>
  document.activeElement instanceof HTMLElement ? document.activeElement.dataset['step'] : undefined;

/** Lanes that are shown of a closed group: all that did not go the usual way. */
const isStriking = ({ mark }: PageLane): boolean =>
  mark === 'here' || mark === 'failed' || mark === 'fellBack' || mark === 'skipped';

/** Everything that the drawing of a lane depends on. */
const signatureOf = (lane: PageLane, chosen: string): string =>
  `${chosen}\n${lane.name}\n${lane.longName}\n${lane.mark ?? ''}\n${lane.summary}\n${lane.steps.map(({ mark, text, timeText }) => `${mark} ${text} ${timeText}`).join('\n')}`;

function laneElement(lane: PageLane, chosen: string): HTMLElement {
  const head = make(
    'div',
    { class: 'lane-head', title: lane.longName },
    make('span', { class: 'lane-name' }, lane.mark === undefined ? undefined : markShape(lane.mark), lane.name),
    make('span', { class: 'lane-summary', title: lane.summary }, lane.summary),
  );
  const steps = lane.steps.map((step) => make('li', {}, stepElement(step, step.id === chosen)));
  return make(
    'div',
    { class: 'lane', 'data-lane': lane.key },
    head,
    make('ol', { class: 'steps', 'aria-label': `Steps of ${lane.longName}` }, ...steps),
  );
}

/** Made by hand because there are thousands of them: the shape is drawn by the style, before the text. */
function stepElement({ id, mark, text, timeText }: PageStep, isChosen: boolean): HTMLElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = `step step-${mark}`;
  element.tabIndex = -1;
  element.dataset['step'] = id;
  element.ariaLabel = [markText[mark], text, timeText].filter((part) => part !== '').join(', ');
  element.ariaExpanded = String(isChosen);
  element.textContent = text;
  if (timeText !== '') element.append(make('span', { class: 'time' }, timeText));
  return element;
}
