import type { Disposable, Env } from '../base/env';
import { id as brand, type AllocationId, type JobId } from '../base/ids';
import { assignSlots, type SlotRequest } from './scheduler';
import type { AssignedSlot, JobFacts } from './states/jobState';
import type { TaskManagers } from './taskManagers';

interface Waiting {
  readonly recovery: number;
  readonly facts: JobFacts;
  readonly tasks: readonly number[];
  patient: boolean;
  readonly patience: Disposable;
}

export interface SlotPoolListener {
  found(recovery: number, slots: readonly AssignedSlot[]): void;
  /** There are no slots yet, and why has changed. */
  waits(): void;
}

/** The slots of one job: finds them, waiting for TaskManagers to come (back), and gives them up. Flink's `SlotPool`. */
export class SlotPool {
  private waiting: Waiting | undefined;
  private why: string | undefined;

  constructor(
    private readonly env: Env,
    private readonly job: JobId,
    private readonly taskManagers: TaskManagers,
    private readonly slotTimeoutMs: number,
    private readonly listener: SlotPoolListener,
  ) {}

  /** Why there are no slots yet, for people; undefined when none are wanted. */
  get whyWaiting(): string | undefined {
    return this.why;
  }

  /** For these tasks of the facts; a request before it is given up. */
  request(recovery: number, facts: JobFacts, tasks: readonly number[]): void {
    this.stop();
    const waiting: Waiting = {
      recovery,
      facts,
      tasks,
      patient: true,
      patience: this.env.clock.after(this.slotTimeoutMs, 'holdable', () => {
        waiting.patient = false;
        this.tryAgain();
      }),
    };
    this.waiting = waiting;
    this.tryAgain();
  }

  /** A TaskManager has come or gone, or another job has given slots up. */
  tryAgain(): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    const plan = assignSlots(requestsOf(waiting), this.taskManagers.offers(), waiting.patient, () =>
      brand<AllocationId>(this.env.random.hex(16)),
    );
    if (plan.k === 'wait') {
      if (plan.why === this.why) return;
      this.why = plan.why;
      this.listener.waits();
      return;
    }
    this.stop();
    for (const { taskManager, allocation } of plan.slots) this.taskManagers.allocate(taskManager, allocation, this.job);
    const slots = waiting.tasks.flatMap((task): AssignedSlot[] => {
      const slot = plan.slots.find(({ index }) => index === waiting.facts.tasks[task]?.ref.subtask);
      if (slot === undefined) return [];
      const { taskManager, allocation, same, why } = slot;
      return [{ task, taskManager, allocation, same, why }];
    });
    this.freeUnused(waiting, slots);
    this.listener.found(waiting.recovery, slots);
  }

  stop(): void {
    this.waiting?.patience.dispose();
    this.waiting = undefined;
    this.why = undefined;
  }

  private freeUnused(waiting: Waiting, slots: readonly AssignedSlot[]): void {
    const others = waiting.facts.tasks.flatMap((task, index) =>
      waiting.tasks.includes(index) || task.allocation === undefined ? [] : [task.allocation],
    );
    this.taskManagers.free(this.job, new Set([...slots.map(({ allocation }) => allocation), ...others]));
  }
}

/** One for each subtask index; its tasks were in one slot, or in none that is known. */
function requestsOf({ facts, tasks }: Waiting): readonly SlotRequest[] {
  const byIndex = new Map<number, SlotRequest>();
  for (const index of tasks) {
    const task = facts.tasks[index];
    if (task === undefined) continue;
    const known = byIndex.get(task.ref.subtask);
    if (known?.previous === undefined) {
      byIndex.set(task.ref.subtask, { index: task.ref.subtask, previous: task.previous });
    }
  }
  return [...byIndex.values()];
}
