import type { CheckpointDetails, HandleInfo } from '../cluster/model';
import { sizeText } from '../rest/recovery/recoveryText';

/** Operators, their subtasks and handles, indented. */
export function operatorLines(operators: CheckpointDetails['operators']): readonly string[] {
  return operators.flatMap((operator) => [
    `${operator.uid ?? `${operator.name} (${operator.id})`}  ${sizeText(operator.sizeBytes)}`,
    ...operator.subtasks.flatMap(({ subtask, sizeBytes, handles }) =>
      handles.length === 0 && sizeBytes > 0
        ? [`  ${subtask + 1}: ${sizeText(sizeBytes)}`]
        : handles.map((handle) => handleLine(subtask, handle)),
    ),
  ]);
}

function handleLine(subtask: number, handle: HandleInfo): string {
  const { keyGroups, local } = handle;
  const groups = keyGroups === undefined ? '' : ` key groups ${keyGroups.start}-${keyGroups.end}`;
  const localText = local === undefined ? '' : `  local: ${local}`;
  return `  ${subtask + 1}: ${handle.state} ${handle.kind}${groups}  ${sizeText(handle.sizeBytes)}  ${handle.remote}${localText}`;
}
