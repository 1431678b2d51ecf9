import type { HoldId } from '../base/ids';

/** What an idle task waits for. `mail`: an answer of the JobManager or the end of something asynchronous. */
export type WaitReason = 'input' | 'output' | 'barrier' | 'timer' | 'mail';

/** What one step of a task did. Idle tasks are asked again when they signal, held ones when the debugger lets them go. */
export type Stepped =
  | { readonly did: 'progress' | 'done' }
  | { readonly did: 'idle'; readonly on: readonly WaitReason[] }
  | { readonly did: 'held'; readonly hold: HoldId };

export const progress: Stepped = { did: 'progress' };
export const done: Stepped = { did: 'done' };
