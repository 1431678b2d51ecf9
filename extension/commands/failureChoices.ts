import type { Fault } from '../../runtime/base/faults';
import type { OperatorId, TaskManagerId, VertexId } from '../../runtime/base/ids';
import type { JobDetails, OperatorInfo, TaskManagerInfo } from '../../runtime/cluster/model';

/** The kinds of failures as sentences; each leads to its place and its moment. */
export type FailureKind = 'throw' | 'kill' | 'lose' | 'loseCopy' | 'corruptCopy' | 'decline';

export interface KindChoice {
  readonly kind: FailureKind;
  readonly label: string;
  readonly detail: string;
}

export const kindChoices: readonly KindChoice[] = [
  { kind: 'throw', label: 'Throw an exception in a task…', detail: 'The task fails; its region restarts.' },
  {
    kind: 'kill',
    label: 'Kill a TaskManager (it comes back)…',
    detail: 'SIGKILL; it is started again with its directory, so its state is local again.',
  },
  {
    kind: 'lose',
    label: 'Lose a TaskManager (its disk too)…',
    detail: 'SIGKILL, and its directory is removed: its tasks read from remote storage.',
  },
  {
    kind: 'loseCopy',
    label: 'Lose the local copy of…',
    detail: 'Removes the newest local copy of one subtask; seen at its next recovery.',
  },
  {
    kind: 'corruptCopy',
    label: 'Corrupt the local copy of…',
    detail: 'Flips a byte of it; the check before its next use fails, and the recovery falls back.',
  },
  {
    kind: 'decline',
    label: 'Decline the next checkpoint…',
    detail: 'One subtask refuses it; the job restarts, unless it tolerates failed checkpoints.',
  },
];

/** Where a debugger stands: the subtask whose thread is selected. */
export interface Selected {
  readonly vertex: VertexId;
  readonly subtask: number;
}

export interface SubtaskChoice {
  readonly label: string;
  readonly description: string;
  readonly operator: OperatorId;
  readonly subtask: number;
}

/** Subtasks of the operators that a failure can hit; the selected ones first. Local copies are of keyed state only. */
export function subtaskChoices(
  job: JobDetails,
  operators: readonly OperatorInfo[],
  kind: FailureKind,
  selected: Selected | undefined,
): readonly SubtaskChoice[] {
  const keyedOnly = kind === 'loseCopy' || kind === 'corruptCopy';
  const choices = operators
    .filter((operator) => !keyedOnly || operator.keyType !== undefined)
    .flatMap((operator) =>
      Array.from({ length: operator.parallelism }, (_, subtask) => {
        const task = job.tasks.find((info) => info.vertex === operator.vertex && info.subtask === subtask);
        const isSelected = selected?.vertex === operator.vertex && selected.subtask === subtask;
        return {
          label: `${operator.uid ?? `(no uid) ${operator.name}`} ${subtask + 1}/${operator.parallelism}`,
          description: [isSelected ? 'selected' : '', task?.taskManager === undefined ? '' : `on ${task.taskManager}`]
            .filter((text) => text !== '')
            .join(' · '),
          operator: operator.id,
          subtask,
          isSelected,
          keyed: operator.keyType !== undefined,
        };
      }),
    );
  return choices
    .sort((a, b) => Number(b.isSelected) - Number(a.isSelected) || Number(b.keyed) - Number(a.keyed))
    .map(({ label, description, operator, subtask }) => ({ label, description, operator, subtask }));
}

export interface TaskManagerChoice {
  readonly label: string;
  readonly description: string;
  readonly taskManager: TaskManagerId;
}

/** TaskManagers that live, with what runs on each; the one of the selected subtask first. */
export function taskManagerChoices(
  job: JobDetails | undefined,
  taskManagers: readonly TaskManagerInfo[],
  selected: Selected | undefined,
): readonly TaskManagerChoice[] {
  const home = job?.tasks.find(
    (task) => task.vertex === selected?.vertex && task.subtask === selected.subtask,
  )?.taskManager;
  return taskManagers
    .filter((info) => info.status === 'alive' || info.status === 'stuck')
    .sort((a, b) => Number(b.id === home) - Number(a.id === home))
    .map((info) => {
      const tasks = job?.tasks.filter((task) => task.taskManager === info.id) ?? [];
      const names = tasks.map((task) => `${task.vertexName} ${task.subtask + 1}/${task.parallelism}`);
      return {
        label: info.id,
        description: [info.pid === undefined ? '' : `process ${info.pid}`, names.join(', ')]
          .filter((text) => text !== '')
          .join(' · '),
        taskManager: info.id,
      };
    });
}

export interface MomentChoice {
  readonly label: string;
  readonly when: (Fault & { k: 'throwInTask' })['when'] | 'ask';
}

export const momentChoices: readonly MomentChoice[] = [
  { label: 'Now', when: { at: 'now' } },
  { label: 'At the next record', when: { at: 'record', count: 1 } },
  { label: 'At record n…', when: 'ask' },
];
