import { finishTasks } from './finishing';
import type { Decider } from './decision';
import { stay } from './stay';

const retryDelayMs = 500;

/** All output is written; the checkpoint that commits it is being taken, again and again until one completes. */
export const finalCheckpoint: Decider<'finalCheckpoint'> = (state, event) => {
  if (event.e === 'finalCheckpointDone') return finishTasks(state, []);
  if (event.e !== 'finalCheckpointFailed') return stay(state, event);
  return { state, effects: [{ f: 'finalCheckpoint', delayMs: retryDelayMs }] };
};
