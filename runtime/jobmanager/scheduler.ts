/**
 * Which slot the subtasks of a job get. One slot holds the subtasks of one index of all vertices (Flink's slot sharing), so a slot is
 * named by that index here. Pure.
 */
import type { AllocationId, JobId, TaskManagerId } from '../base/ids';

export interface Slot {
  readonly taskManager: TaskManagerId;
  readonly allocation: AllocationId;
}

export interface SlotRequest {
  /** The subtask index. */
  readonly index: number;
  /** Where the attempt before ran. */
  readonly previous: Slot | undefined;
}

/** A TaskManager as the scheduler sees it. */
export interface SlotOffer {
  readonly taskManager: TaskManagerId;
  /** starting: a process is on its way, with the allocations of the one before. */
  readonly status: 'starting' | 'alive' | 'lost';
  readonly slots: number;
  readonly allocated: ReadonlyMap<AllocationId, JobId>;
}

export interface SlotGiven extends Slot {
  readonly index: number;
  /** The previous slot again: local state is there. */
  readonly same: boolean;
  readonly why: string;
}

export type SlotPlan =
  { readonly k: 'assigned'; readonly slots: readonly SlotGiven[] } | { readonly k: 'wait'; readonly why: string };

/**
 * The previous slot if its TaskManager lives or is being started again, else a free one, spread evenly. Slots that other indexes may
 * come back to are allocated and therefore not free: a lost TaskManager moves only its own tasks.
 * @param patient false after the time that a TaskManager gets to come back
 */
export function assignSlots(
  requests: readonly SlotRequest[],
  offers: readonly SlotOffer[],
  patient: boolean,
  newAllocation: () => AllocationId,
): SlotPlan {
  const given: SlotGiven[] = [];
  const homeless: SlotRequest[] = [];
  for (const request of requests) {
    const home = offers.find(({ taskManager }) => taskManager === request.previous?.taskManager);
    if (request.previous === undefined || home === undefined || home.status === 'lost') homeless.push(request);
    else if (home.status === 'starting') {
      if (patient) return { k: 'wait', why: `TaskManager ${home.taskManager} is being started again.` };
      homeless.push(request);
    } else if (home.allocated.has(request.previous.allocation)) {
      const why = `It ran there before, and TaskManager ${home.taskManager} lives.`;
      given.push({ index: request.index, ...request.previous, same: true, why });
    } else homeless.push(request);
  }
  return settle(homeless, given, offers, patient, newAllocation);
}

function settle(
  homeless: readonly SlotRequest[],
  given: SlotGiven[],
  offers: readonly SlotOffer[],
  patient: boolean,
  newAllocation: () => AllocationId,
): SlotPlan {
  const starting = offers.some(({ status }) => status === 'starting');
  const first = homeless.some(({ previous }) => previous === undefined);
  if (first && starting && patient) return { k: 'wait', why: 'The TaskManagers are starting.' };
  const room = offers
    .filter(({ status }) => status === 'alive')
    .map(({ taskManager, slots, allocated }) => ({ taskManager, free: slots - allocated.size }));
  for (const { index, previous } of homeless) {
    const best = room.reduce<(typeof room)[number] | undefined>(
      (most, one) => (one.free > (most?.free ?? 0) ? one : most),
      undefined,
    );
    if (best === undefined) return { k: 'wait', why: 'There are too few free slots.' };
    best.free -= 1;
    given.push({
      index,
      taskManager: best.taskManager,
      allocation: newAllocation(),
      same: false,
      why: whyNew(previous, best.taskManager, offers),
    });
  }
  return { k: 'assigned', slots: given.sort((a, b) => a.index - b.index) };
}

function whyNew(previous: Slot | undefined, to: TaskManagerId, offers: readonly SlotOffer[]): string {
  if (previous === undefined) return `It is the first attempt; TaskManager ${to} has the most free slots.`;
  const home = offers.find(({ taskManager }) => taskManager === previous.taskManager);
  const reason =
    home?.status === 'starting'
      ? `TaskManager ${previous.taskManager} did not come back in time`
      : home === undefined || home.status === 'lost'
        ? `TaskManager ${previous.taskManager} is lost`
        : `its slot on TaskManager ${previous.taskManager} was given up`;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}; TaskManager ${to} has a free slot.`;
}
