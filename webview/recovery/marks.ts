import { make } from '../dom';
import { markText, type Mark } from './pageSteps';

/** The shape of a mark; what it says stands beside it in words, for those who cannot see it. */
export function markShape(mark: Mark): HTMLElement {
  return make('span', { class: `mark mark-${mark}`, 'aria-hidden': 'true' });
}

/** What the shapes mean. */
export function legend(): HTMLElement {
  const entries = (Object.keys(markText) as Mark[]).map((mark) => make('li', {}, markShape(mark), markText[mark]));
  return make('ul', { class: 'legend', 'aria-label': 'What the shapes mean' }, ...entries);
}
