import type { OperatorInfo, StateInfo, TaskInfo } from '../../../runtime/cluster/model';
import { keyGroupRangeForOperator } from '../../../runtime/graph/keyGroups';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import { joined, numberText } from './format';
import type { Draft } from './node';
import { line } from './node';
import { entriesText, isShown, stateIcon, stateLabel } from './stateRows';

/** Operators with more subtasks show the smallest and the largest of them. */
const namedSizes = 8;

/** What a subtask holds of one state. */
interface Part {
  readonly state: StateInfo;
  readonly entries: number;
  readonly sizeBytes?: number;
}

const bytesOf = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + (part.sizeBytes ?? 0), 0);

function partsOf({ states }: OperatorInfo, subtask: number): readonly Part[] {
  return states
    .filter(isShown)
    .flatMap((state) => state.subtasks.filter((part) => part.subtask === subtask).map((part) => ({ ...part, state })));
}

function partRow({ state, entries, sizeBytes }: Part, keyed: boolean): Draft {
  const size = sizeBytes === undefined ? undefined : sizeText(sizeBytes);
  return line(state.name, stateLabel(state), joined(entriesText({ ...state, entries }, keyed), size), stateIcon(state));
}

function subtaskRow(
  operator: OperatorInfo,
  subtask: number,
  parts: readonly Part[],
  task: TaskInfo | undefined,
): Draft {
  const { parallelism, maxParallelism, keyType } = operator;
  const range = keyGroupRangeForOperator(subtask, parallelism, maxParallelism);
  const { look, ...row } = line(
    `subtask-${subtask}`,
    `subtask ${subtask + 1}/${parallelism}`,
    joined(
      sizeText(bytesOf(parts)),
      keyType === undefined ? undefined : `key groups ${range.start}–${range.end}`,
      task?.taskManager === undefined ? undefined : `on ${task.taskManager}`,
    ),
    { name: 'layers' },
  );
  return {
    ...row,
    look: { ...look, collapse: parts.length === 0 ? 'none' : 'collapsed' },
    children: parts.map((part) => partRow(part, keyType !== undefined)),
  };
}

function sizesText(sizes: readonly number[]): string {
  return sizes.length <= namedSizes
    ? sizes.map((size, subtask) => `${subtask + 1}: ${sizeText(size)}`).join('   ')
    : joined(numberText(sizes.length), `${sizeText(Math.min(...sizes))} to ${sizeText(Math.max(...sizes))} each`);
}

/** The subtasks of an operator: where each runs, which key groups it has, and what it holds of each state. */
export function subtasksRow(operator: OperatorInfo, tasks: readonly TaskInfo[]): Draft {
  const parts = Array.from({ length: operator.parallelism }, (_, subtask) => partsOf(operator, subtask));
  const { look, ...row } = line('subtasks', 'subtasks', sizesText(parts.map(bytesOf)), { name: 'layers' });
  const taskOf = (subtask: number): TaskInfo | undefined =>
    tasks.find((info) => info.vertex === operator.vertex && info.subtask === subtask);
  return {
    ...row,
    look: { ...look, collapse: 'collapsed' },
    children: parts.map((of, subtask) => subtaskRow(operator, subtask, of, taskOf(subtask))),
  };
}
