import { make, setChildren } from '../dom';
import { markShape } from './marks';
import { markText } from './pageSteps';
import type { AlternativeRow, DetailLine, StepDetails } from './stepDetails';

/** What is told of the step that is open; empty while none is. */
export class DetailsView {
  readonly element = make('section', { class: 'details', 'aria-label': 'The step', tabindex: '0', hidden: '' });
  private shown = '';

  update(details: StepDetails | undefined): void {
    const text = JSON.stringify(details ?? null);
    if (text === this.shown) return;
    this.shown = text;
    this.element.hidden = details === undefined;
    setChildren(this.element, details === undefined ? [] : [detailsElement(details)]);
  }
}

function detailsElement({ title, why, alternatives, lines }: StepDetails): HTMLElement {
  return make(
    'div',
    {},
    make('h2', {}, title),
    why === '' ? undefined : make('p', { class: 'why' }, `Why this order: ${why}`),
    alternatives.length === 0 ? undefined : alternativesTable(alternatives),
    make('ul', { class: 'lines', 'aria-label': 'What it did' }, ...lines.map(lineElement)),
  );
}

function alternativesTable(rows: readonly AlternativeRow[]): HTMLElement {
  const headings = ['Alternative', 'From', 'Handles', 'Size', 'Outcome'];
  return make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...headings.map((text) => make('th', { scope: 'col' }, text)))),
    make('tbody', {}, ...rows.map(alternativeElement)),
  );
}

function alternativeElement({ mark, number, place, handles, size, outcome }: AlternativeRow): HTMLElement {
  const shape = mark === undefined ? undefined : markShape(mark);
  return make(
    'tr',
    {},
    make('td', {}, number),
    make('td', {}, shape, place),
    make('td', {}, handles),
    make('td', {}, size),
    make('td', {}, outcome),
  );
}

function lineElement({ depth, mark, text }: DetailLine): HTMLElement {
  return make(
    'li',
    { class: `depth-${Math.min(depth, 3)}` },
    markShape(mark),
    make('span', { class: 'hidden-text' }, `${markText[mark]}: `),
    make('span', {}, text),
  );
}
