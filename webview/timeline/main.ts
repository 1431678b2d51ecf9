/** The timeline page: the life of a job on one axis. */
import { make, setChildren, setText } from '../dom';
import { connect } from '../host';
import type { FromTimelinePage, JobTimeline, ToTimelinePage } from '../messages';
import {
  timelineMarkText,
  timelinePage,
  type TimelineItem,
  type TimelineMark,
  type TimelinePage,
  type TimelineTick,
} from './timelinePage';

/** Pixels at the newest end that count as its end. */
const endPx = 24;

let timeline: JobTimeline | undefined;
let page: TimelinePage | undefined;
let current: string | undefined;
const drawn = new Map<string, HTMLButtonElement>();

const title = make('h1');
const summary = make('p', { class: 'summary' });
const marks = make('ol', { class: 'marks', 'aria-label': 'What happened, in the order of time' });
const ticks = make('div', { class: 'ticks', 'aria-hidden': 'true' });
const axis = make('div', { class: 'axis' }, marks, ticks);
const scroller = make('div', { class: 'scroller' }, axis);
const sentence = make('p', { class: 'sentence', role: 'status' });

const api = connect<FromTimelinePage, never>((message: ToTimelinePage) => {
  timeline = message.timeline;
  draw();
});

function draw(): void {
  if (timeline === undefined) return;
  const follows = scroller.scrollLeft + scroller.clientWidth >= scroller.scrollWidth - endPx;
  page = timelinePage(timeline, scroller.clientWidth);
  document.title = page.title;
  setText(title, page.title);
  setText(summary, page.summary);
  axis.style.width = `${page.widthPx}px`;
  const items = page.items.map((item) => itemElement(item));
  setChildren(marks, items);
  setChildren(ticks, page.ticks.map(tickElement));
  const focusable = current === undefined ? undefined : drawn.get(current);
  if (focusable?.isConnected !== true) makeCurrent(page.items.at(-1)?.key);
  if (follows) scroller.scrollLeft = scroller.scrollWidth;
}

function itemElement(item: TimelineItem): HTMLElement {
  const button = drawn.get(item.key) ?? newButton(item.key);
  button.className = `item item-${item.mark}`;
  button.style.left = `${item.leftPx}px`;
  button.style.width = `${item.widthPx}px`;
  button.style.setProperty('--height', item.height.toFixed(3));
  button.style.setProperty('--fill', item.fill.toFixed(3));
  button.setAttribute('aria-label', item.sentence);
  button.title = item.sentence;
  return button.parentElement ?? make('li', {}, button);
}

function newButton(key: string): HTMLButtonElement {
  const button = make('button', { type: 'button', tabindex: '-1', 'data-key': key });
  drawn.set(key, button);
  return button;
}

function tickElement({ leftPx, text }: TimelineTick): HTMLElement {
  const element = make('span', { class: 'tick' }, text);
  element.style.left = `${leftPx}px`;
  return element;
}

function makeCurrent(key: string | undefined): void {
  const before = current === undefined ? undefined : drawn.get(current);
  if (before !== undefined) before.tabIndex = -1;
  current = key;
  const button = key === undefined ? undefined : drawn.get(key);
  if (button !== undefined) button.tabIndex = 0;
}

const itemOf = (target: EventTarget | null): TimelineItem | undefined =>
  target instanceof HTMLElement ? page?.items.find(({ key }) => key === target.dataset['key']) : undefined;

function tell(item: TimelineItem | undefined): void {
  if (item !== undefined) setText(sentence, item.sentence);
}

marks.addEventListener('focusin', ({ target }) => {
  const item = itemOf(target);
  if (item !== undefined) makeCurrent(item.key);
  tell(item);
});
marks.addEventListener('mouseover', ({ target }) => tell(itemOf(target)));
marks.addEventListener('click', ({ target }) => {
  const entry = itemOf(target)?.entry;
  if (entry === undefined) return;
  const savepoint = entry.k === 'checkpoint' && entry.savepoint;
  api.postMessage({ m: 'select', k: entry.k, id: entry.id, savepoint });
});
marks.addEventListener('keydown', (event) => {
  const items = page?.items ?? [];
  const at = items.findIndex(({ key }) => key === current);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key];
  const next = to === undefined ? undefined : items[to];
  if (next === undefined) return;
  event.preventDefault();
  drawn.get(next.key)?.focus();
});
window.addEventListener('resize', draw);

const legendMarks = Object.keys(timelineMarkText) as TimelineMark[];
const legend = make(
  'ul',
  { class: 'legend', 'aria-label': 'What the shapes mean' },
  ...legendMarks.map((mark) =>
    make('li', {}, make('span', { class: `item item-${mark}`, 'aria-hidden': 'true' }), timelineMarkText[mark]),
  ),
);
document.body.append(make('main', {}, title, summary, scroller, sentence, legend));
api.postMessage({ m: 'ready' });
