import type { TaskStep } from '../base/events';

/** What a step gives, and what its end event says of it. */
export interface StepResult<T> {
  readonly result: T;
  readonly note?: string;
  readonly sizeBytes?: number;
  readonly entries?: number;
}

/**
 * The gate in front of every step of a task's restore program, made by the task for one operator. It emits the begin event, holds while
 * the debugger wants it, runs the step, and emits the end event: verdict ok with what the result says, or failed with the error, which
 * then goes on. When the recovery is given up while a step is held, the step does not run, its verdict is `skipped` and the promise
 * rejects with `recovery.given-up`. Steps nest: look-up ⊃ attempts ⊃ handles.
 */
export interface RecoveryGate {
  step<T>(step: TaskStep, run: () => Promise<StepResult<T>>): Promise<T>;
}
