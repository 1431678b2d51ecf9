import { make, setChildren } from '../dom';
import type { Comparison } from './comparison';

/** "What if remote?": how far it is, then both recoveries side by side. Empty until it is asked for. */
export class ComparisonView {
  private readonly told = make('p', { class: 'told', role: 'status' });
  private readonly table = make('div');
  readonly element = make('section', { class: 'comparison', 'aria-label': 'What if remote?', hidden: '' });
  private shown = '';

  constructor() {
    this.element.append(make('h2', {}, 'What if remote?'), this.table, this.told);
  }

  update(progress: string, comparison: Comparison | undefined): void {
    const text = JSON.stringify([progress, comparison]);
    if (text === this.shown) return;
    this.shown = text;
    this.element.hidden = progress === '' && comparison === undefined;
    this.told.textContent = comparison?.sentence ?? progress;
    setChildren(this.table, comparison === undefined ? [] : [tableOf(comparison)]);
  }
}

function tableOf({ rows }: Comparison): HTMLElement {
  const headings = ['Recovery', 'Time', 'Read locally', 'Read from remote'];
  return make(
    'table',
    {},
    make('thead', {}, make('tr', {}, ...headings.map((text) => make('th', { scope: 'col' }, text)))),
    make(
      'tbody',
      {},
      ...rows.map(({ name, time, local, remote }) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row' }, name),
          ...[time, local, remote].map((text) => make('td', {}, text)),
        ),
      ),
    ),
  );
}
