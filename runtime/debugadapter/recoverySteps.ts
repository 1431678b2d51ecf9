import type { RecoveryEvent, Scope, TaskName } from '../base/events';
import { stepDepth } from '../base/events';
import type { HoldId, TaskManagerId } from '../base/ids';
import type { HeldStep, OperatorInfo, TaskInfo } from '../cluster/model';
import { taskText } from '../rest/recovery/recoveryText';

/** One step of a recovery: its begin and its end put together, with the deeper steps that it consists of. */
export interface RecoveryStep {
  readonly stepId: string;
  /** Its end, or its begin while it is not over. */
  readonly event: RecoveryEvent;
  readonly hold?: HoldId;
  readonly inner: RecoveryStep[];
}

/** The steps of one place: the JobManager, or one attempt of one subtask. */
export interface Lane {
  readonly key: string;
  readonly name: string;
  readonly taskManager?: TaskManagerId;
  readonly steps: RecoveryStep[];
}

/** One lane for each place: `jobmanager`, or an attempt. */
export function laneKey(scope: Scope): string {
  return scope.at === 'jobmanager' ? 'jobmanager' : `${scope.vertex}/${scope.subtask}/${scope.attempt}`;
}

/** The names of subtasks that the JobManager's steps speak of. */
function taskNames(events: readonly RecoveryEvent[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (task: TaskName): void => void names.set(`${task.vertex}/${task.subtask}`, taskText(task));
  for (const { step } of events) {
    if (step.k === 'slotAssigned') add(step.task);
    else if (step.k === 'deployed' || step.k === 'regionChosen' || step.k === 'tasksCancelled') step.tasks.forEach(add);
  }
  return names;
}

/** Ends found by the step they belong to. */
function endings(events: readonly RecoveryEvent[]): ReadonlyMap<string, RecoveryEvent> {
  return new Map(events.filter((event) => event.phase === 'end').map((event) => [event.stepId, event]));
}

/** Puts a step under the last one above it that is less deep. */
function place(steps: RecoveryStep[], step: RecoveryStep): void {
  const last = steps.at(-1);
  const nested = last !== undefined && stepDepth(step.event.step.k) > stepDepth(last.event.step.k);
  if (nested) place(last.inner, step);
  else steps.push(step);
}

/** The events of one recovery as lanes of nested steps, in the order in which the lanes began. `nameOf` names tasks that no event
 * names; `holds` are the steps that are held now: a step that was held once runs on. */
export function recoveryLanes(
  events: readonly RecoveryEvent[],
  nameOf: (vertex: string, subtask: number) => string,
  holds: readonly Pick<HeldStep, 'hold'>[],
): readonly Lane[] {
  const names = taskNames(events);
  const ends = endings(events);
  const held = new Set(holds.map(({ hold }) => hold));
  const lanes = new Map<string, Lane>();
  for (const event of events) {
    const { scope } = event;
    if (event.phase !== 'begin' || event.step.k === 'firstRecord') continue;
    const key = laneKey(scope);
    const end = ends.get(event.stepId);
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = {
        key,
        name:
          scope.at === 'jobmanager'
            ? 'JobManager'
            : (names.get(`${scope.vertex}/${scope.subtask}`) ?? nameOf(scope.vertex, scope.subtask)),
        ...(scope.at === 'task' ? { taskManager: scope.taskManager } : {}),
        steps: [],
      };
      lanes.set(key, lane);
    }
    place(lane.steps, {
      stepId: event.stepId,
      event: end ?? event,
      ...(event.hold !== undefined && held.has(event.hold) ? { hold: event.hold } : {}),
      inner: [],
    });
  }
  return [...lanes.values()];
}

/** Names of tasks as the job's details have them, for events that name none. */
export function taskNamer(
  tasks: readonly Pick<TaskInfo, 'vertex' | 'vertexName' | 'subtask' | 'parallelism'>[],
): (vertex: string, subtask: number) => string {
  return (vertex, subtask) => {
    const task = tasks.find((info) => info.vertex === vertex && info.subtask === subtask);
    return task === undefined
      ? `${vertex.slice(0, 8)}… ${subtask + 1}`
      : `${task.vertexName} ${subtask + 1}/${task.parallelism}`;
  };
}

/** The hold at which one of these steps, or one in them, is held. */
export function heldIn(steps: readonly RecoveryStep[]): HoldId | undefined {
  for (const step of steps) {
    const hold = step.hold ?? heldIn(step.inner);
    if (hold !== undefined) return hold;
  }
  return undefined;
}

/**
 * `delay-by-airport 1/2`: a chain goes by its first operator, so that a narrow place does not cut off which subtask it is. Its whole name
 * is the lane's own.
 */
export function laneLabel(
  lane: Lane,
  operators: readonly Pick<OperatorInfo, 'uid' | 'name' | 'vertex' | 'parallelism'>[],
): string {
  const scope = lane.steps[0]?.event.scope;
  if (scope?.at !== 'task') return lane.name;
  const first = operators.find(({ vertex }) => vertex === scope.vertex);
  return first === undefined ? lane.name : `${first.uid ?? first.name} ${scope.subtask + 1}/${first.parallelism}`;
}
