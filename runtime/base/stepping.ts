import { stepDepth, type StepKind } from './events';

/** What the debugger wants next: the next step at this depth or above, the next step of any depth, out of this depth, or no more holds. */
export type ResumeHow = 'next' | 'into' | 'out' | 'go';

/** Whether a thread (the JobManager, or one task attempt) holds its next step; data, so that it travels with a deployment. */
export type Stepping =
  { readonly hold: 'never' } | { readonly hold: 'always' } | { readonly hold: 'upTo'; readonly depth: number };

export const runFreely: Stepping = { hold: 'never' };
export const holdEveryStage: Stepping = { hold: 'upTo', depth: 0 };

/** True when a thread in this mode holds before a step of this kind. */
export function holdsBefore(mode: Stepping, kind: StepKind): boolean {
  switch (mode.hold) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'upTo':
      return stepDepth(kind) <= mode.depth;
  }
}

/** The mode after a held step of this kind is let go. */
export function afterResume(kind: StepKind, how: ResumeHow): Stepping {
  switch (how) {
    case 'next':
      return { hold: 'upTo', depth: stepDepth(kind) };
    case 'into':
      return { hold: 'always' };
    case 'out':
      return { hold: 'upTo', depth: Math.max(0, stepDepth(kind) - 1) };
    case 'go':
      return { hold: 'never' };
  }
}
