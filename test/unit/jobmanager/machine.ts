import { id, type AllocationId, type CheckpointId, type JobId, type TaskManagerId } from '../../../runtime/base/ids';
import type { ErrorData } from '../../../runtime/base/errors';
import { defaultExecutionConfig, withSettings, type ExecutionConfig } from '../../../runtime/graph/executionConfig';
import type { RestartStrategySettings } from '../../../runtime/graph/restartStrategy';
import { decide } from '../../../runtime/jobmanager/states/decide';
import type { Effect } from '../../../runtime/jobmanager/states/effects';
import { initialState } from '../../../runtime/jobmanager/states/initialState';
import type { AssignedSlot, JobState } from '../../../runtime/jobmanager/states/jobState';
import type { StateEvent } from '../../../runtime/jobmanager/states/stateEvent';
import { graph } from '../checkpoint/coordinatorHarness';

const job = id<JobId>('a'.repeat(32));
export const tm1 = id<TaskManagerId>('tm-1');
export const tm2 = id<TaskManagerId>('tm-2');
export const boom: ErrorData = {
  code: 'job.threw',
  message: 'boom',
  domain: 'user',
  retry: 'never',
  subject: {},
  advice: '',
};
export const chk7 = { id: id<CheckpointId>(7), path: '/c/chk-7', savepoint: false };

/** The pure machine of a job `Source` → `count` with two subtasks each, driven event by event; what it does is written down. */
export class MachineHarness {
  state: JobState;
  /** By the clock of the job. */
  nowMs = 0;
  readonly trace: string[] = [];
  readonly phases: string[] = ['created'];

  constructor(
    restarts: RestartStrategySettings = {},
    failoverStrategy: ExecutionConfig['failoverStrategy'] = 'region',
    jobGraph = graph,
  ) {
    const checkpointing = { ...defaultExecutionConfig.checkpointing, intervalMs: 1_000 };
    const config = withSettings(defaultExecutionConfig, { checkpointing, restartStrategy: restarts, failoverStrategy });
    this.state = initialState(job, jobGraph, config, undefined);
  }

  feed(event: StateEvent): readonly Effect[] {
    const { state, effects } = decide(this.state, event, { nowMs: this.nowMs, chance: 0.5 });
    if (state.phase !== this.state.phase) this.phases.push(state.phase);
    this.state = state;
    this.trace.push(`> ${eventText(event)}`, ...effects.map((effect) => `  ${effectText(effect)}`));
    return effects;
  }

  /** Feeds, and lets every step in as long as steps follow. */
  drive(event: StateEvent, holdAt?: string): void {
    const queue: StateEvent[] = [event];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const effect of this.feed(next)) queue.push(...this.answer(effect, holdAt));
    }
  }

  /** All tasks of the present deployment run. */
  run(): void {
    this.state.tasks.forEach((_, index) => {
      if (this.state.tasks[index]?.state === 'DEPLOYING') this.task(index, 'RUNNING');
    });
  }

  /** From nothing to running. */
  start(): this {
    this.drive({ e: 'start' });
    this.run();
    this.trace.length = 0;
    return this;
  }

  task(index: number, state: Extract<StateEvent, { e: 'taskState' }>['state'], injected = false): void {
    const ref = this.ref(index);
    this.drive({ e: 'taskState', ref, state, ...(state === 'FAILED' ? { error: boom } : {}), injected });
  }

  /** Every live task answers its cancellation. */
  cancelAll(): void {
    this.state.tasks.forEach((task, index) => {
      if (task.state === 'CANCELING') this.task(index, 'CANCELED');
    });
  }

  ref(index: number): JobState['tasks'][number]['ref'] {
    const task = this.state.tasks[index];
    if (task === undefined) throw new Error(`no task ${index}`);
    return task.ref;
  }

  private answer(effect: Effect, holdAt: string | undefined): StateEvent[] {
    switch (effect.f) {
      case 'enterStep':
        return effect.step.k === holdAt ? [] : [{ e: 'stepEntered', recovery: effect.recovery, step: effect.step.k }];
      case 'startDelay':
        return [{ e: 'delayOver', recovery: effect.recovery }];
      case 'requestSlots':
        return [{ e: 'slotsFound', recovery: effect.recovery, slots: effect.tasks.map((task) => this.slot(task)) }];
      default:
        return [];
    }
  }

  private slot(task: number): AssignedSlot {
    const subtask = this.ref(task).subtask;
    const allocation = id<AllocationId>(String(subtask).repeat(32));
    return { task, taskManager: subtask === 0 ? tm1 : tm2, allocation, same: false, why: 'free' };
  }
}

function eventText(event: StateEvent): string {
  switch (event.e) {
    case 'stepEntered':
      return `stepEntered ${event.step}`;
    case 'taskState':
      return `task ${event.ref.vertex.slice(0, 1)}.${event.ref.subtask}#${event.ref.attempt} ${event.state}`;
    case 'taskManagerGone':
      return `${event.taskManager} ${event.how}`;
    default:
      return event.e;
  }
}

function effectText(effect: Effect): string {
  switch (effect.f) {
    case 'enterStep':
      return `enter ${effect.recovery} ${effect.step.k}`;
    case 'leaveStep':
      return `leave ${effect.recovery} ${effect.step} ${effect.verdict.v}`;
    case 'beginRecovery':
      return `beginRecovery ${effect.recovery} ${effect.cause.k}`;
    case 'cancelTask':
    case 'endInput':
    case 'finishTask':
      return `${effect.f} ${effect.ref.vertex.slice(0, 1)}.${effect.ref.subtask}#${effect.ref.attempt} at ${effect.taskManager}`;
    case 'requestSlots':
    case 'deploy':
      return `${effect.f} ${effect.tasks.join(' ')}`;
    case 'restoreFrom':
      return `restoreFrom ${effect.checkpoint.id}`;
    case 'recordFailure':
      return `recordFailure ${effect.cause.k}${effect.concurrent ? ' concurrent' : ''}`;
    case 'giveUpRecovery':
      return `giveUpRecovery ${effect.recovery}`;
    case 'jobOver':
      return `jobOver ${effect.status}`;
    default:
      return effect.f;
  }
}
