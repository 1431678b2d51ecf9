import type { HoldId } from '../../runtime/base/ids';
import { button } from '../controls/button';
import { checkbox } from '../controls/checkbox';
import { make, setChildren, setText } from '../dom';
import type { FromRecoveryPage, LiveState } from '../messages';
import type { RecoveryPage } from './recoveryPage';

/** Title, status and totals of a recovery, and the buttons for what can be done with it now; what cannot be done is not shown. */
export class HeaderView {
  readonly element: HTMLElement;
  private readonly title = make('h1');
  private readonly cause = make('p', { class: 'cause' });
  private readonly status = make('p', { class: 'status', role: 'status' });
  private readonly totals = make('p', { class: 'totals' });
  private readonly past = make('p', { class: 'past', role: 'status' });
  private readonly toolbar = make('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Recovery' });
  private readonly stepping: readonly HTMLElement[];
  private readonly holdNext;

  /** `heldStep` is the hold that a step is meant for; without one it is the newest. */
  constructor(post: (message: FromRecoveryPage) => void, heldStep: () => HoldId | undefined) {
    const resume = (how: 'next' | 'into' | 'out'): void => {
      const hold = heldStep();
      post({ m: 'resume', how, ...(hold === undefined ? {} : { hold }) });
    };
    this.stepping = [
      button({ text: 'Step', title: 'Run this step (F10)', primary: true, onPress: () => resume('next') }),
      button({ text: 'Step Into', title: 'Stop at the next step inside (F11)', onPress: () => resume('into') }),
      button({ text: 'Step Out', title: 'Stop after the steps inside (Shift+F11)', onPress: () => resume('out') }),
      button({ text: 'Continue', title: 'Run all that is held (F5)', onPress: () => post({ m: 'resume', how: 'go' }) }),
    ];
    this.holdNext = checkbox({
      text: 'Hold the next recovery',
      title: 'The next recovery waits before its first step',
      onChange: (hold) => post({ m: 'holdNext', hold }),
    });
    this.element = make(
      'header',
      {},
      make('div', { class: 'heading' }, this.title, this.toolbar),
      this.cause,
      this.status,
      this.totals,
      this.past,
    );
  }

  update({ title, cause, status, totals }: RecoveryPage, live: LiveState | undefined, past: string): void {
    document.title = title;
    setText(this.title, title);
    setText(this.cause, cause);
    setText(this.status, status);
    setText(this.totals, totals);
    setText(this.past, past);
    const isHeld = (live?.holds.length ?? 0) > 0;
    if (live?.holdNext !== undefined) this.holdNext.set(live.holdNext);
    setChildren(this.toolbar, [
      ...(isHeld ? this.stepping : []),
      ...(live?.holdNext === undefined ? [] : [this.holdNext.element]),
    ]);
  }
}
