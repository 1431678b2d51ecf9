import type { ResumeHow } from '../../runtime/base/stepping';
import { button } from '../controls/button';
import { checkbox } from '../controls/checkbox';
import { make, setChildren, setText } from '../dom';
import type { RecoveryPage } from './recoveryPage';

/** What the buttons do. */
export interface PageVerbs {
  readonly resume: (how: ResumeHow) => void;
  readonly holdNext: (hold: boolean) => void;
  readonly whatIf: () => void;
  readonly export: () => void;
  readonly replay: (to: ReplayTo) => void;
}

export type ReplayTo = 'start' | 'forward' | 'back' | 'end';

/** What can be done now. */
export interface PageCan {
  /** Why nothing changes any more; empty while the runtime is there. */
  readonly past: string;
  /** A step is held; recorded steps are gone through; all is over and can be gone through; or it goes on by itself. */
  readonly steps: 'held' | 'replay' | 'over' | 'running';
  readonly holdNext: boolean | undefined;
  readonly whatIf: boolean;
}

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
  private readonly replaying: readonly HTMLElement[];
  private readonly stepThrough: HTMLElement;
  private readonly whatIf: HTMLElement;
  private readonly exporting: HTMLElement;
  private readonly holdNext;

  constructor(verbs: PageVerbs) {
    const { resume, replay } = verbs;
    this.stepping = [
      button({ text: 'Step', title: 'Run this step (F10)', primary: true, onPress: () => resume('next') }),
      button({ text: 'Step Into', title: 'Stop at the next step inside (F11)', onPress: () => resume('into') }),
      button({ text: 'Step Out', title: 'Stop after the steps inside (Shift+F11)', onPress: () => resume('out') }),
      button({ text: 'Continue', title: 'Run all that is held (F5)', onPress: () => resume('go') }),
    ];
    this.replaying = [
      button({ text: 'Step', title: 'To the next step (F10)', primary: true, onPress: () => replay('forward') }),
      button({ text: 'Step Back', title: 'To the step before (Shift+F10)', onPress: () => replay('back') }),
      button({ text: 'To the End', title: 'Show the whole recovery (F5)', onPress: () => replay('end') }),
    ];
    this.stepThrough = button({
      text: 'Step Through',
      title: 'Go through its steps once more, as they were recorded',
      onPress: () => replay('start'),
    });
    this.whatIf = button({
      text: 'What if remote?',
      title: 'Cause the same failure once more, without local copies, and compare',
      onPress: verbs.whatIf,
    });
    this.exporting = button({
      text: 'Export…',
      title: 'Write this recovery to a file that can be opened without the job',
      onPress: verbs.export,
    });
    this.holdNext = checkbox({
      text: 'Hold the next recovery',
      title: 'The next recovery waits before its first step',
      onChange: verbs.holdNext,
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

  update({ title, cause, status, totals }: RecoveryPage, can: PageCan): void {
    document.title = title;
    setText(this.title, title);
    setText(this.cause, cause);
    setText(this.status, status);
    setText(this.totals, totals);
    setText(this.past, can.past);
    if (can.holdNext !== undefined) this.holdNext.set(can.holdNext);
    setChildren(this.toolbar, [
      ...(can.steps === 'held' ? this.stepping : []),
      ...(can.steps === 'replay' ? this.replaying : []),
      ...(can.steps === 'over' ? [this.stepThrough] : []),
      ...(can.whatIf ? [this.whatIf] : []),
      this.exporting,
      ...(can.holdNext === undefined ? [] : [this.holdNext.element]),
    ]);
  }
}
