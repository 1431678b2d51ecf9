import { errorFromData, JobStateError } from '../base/errors';
import type { TaskManagerId } from '../base/ids';
import type { FromTaskManager, StateAnswer, StateQuery } from '../wire/messages';
import type { TaskManagers } from './taskManagers';

interface Waiting {
  readonly taskManager: TaskManagerId;
  readonly resolve: (answer: StateAnswer) => void;
  readonly reject: (error: JobStateError) => void;
}

/** Questions to tasks about their live state, by request number. */
export class StateQueries {
  private readonly waiting = new Map<number, Waiting>();
  private requests = 0;

  constructor(private readonly taskManagers: TaskManagers) {}

  /** Rejects with what the task says, or `task.not-running` when its TaskManager ends before. */
  ask(taskManager: TaskManagerId, query: StateQuery): Promise<StateAnswer> {
    if (!this.taskManagers.isAlive(taskManager)) return Promise.reject(taskNotRunning());
    this.requests += 1;
    const request = this.requests;
    return new Promise((resolve, reject) => {
      this.waiting.set(request, { taskManager, resolve, reject });
      this.taskManagers.send(taskManager, { m: 'query', request, query });
    });
  }

  answered({ request, answer }: Extract<FromTaskManager, { m: 'answer' }>): void {
    const waiting = this.waiting.get(request);
    this.waiting.delete(request);
    if (answer.a === 'failed') waiting?.reject(errorFromData(answer.error));
    else waiting?.resolve(answer);
  }

  taskManagerGone(taskManager: TaskManagerId): void {
    for (const [request, waiting] of this.waiting) {
      if (waiting.taskManager !== taskManager) continue;
      this.waiting.delete(request);
      waiting.reject(taskNotRunning());
    }
  }
}

export function taskNotRunning(): JobStateError {
  return new JobStateError('task.not-running', 'The task does not run now, so it has no live state.', {
    domain: 'user',
    retry: 'backoff',
    advice: 'Try again when it runs, or look at a checkpoint.',
  });
}
