import { factsOf } from './failures';
import { finishTasks } from './finishing';
import type { Decider } from './decision';
import { goOn } from './running';
import { stay } from './stay';

/** A savepoint is being taken behind which the sources have stopped; when it fails, the job goes on. */
export const stopping: Decider<'stopping'> = (state, event) => {
  if (event.e === 'stopSavepointDone') return finishTasks(state, []);
  if (event.e !== 'stopSavepointFailed') return stay(state, event);
  const next = goOn({ ...factsOf(state), phase: 'running' });
  return { state: next.state, effects: [{ f: 'startCheckpoints' }, ...next.effects] };
};
