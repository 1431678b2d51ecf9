import type { Fault } from '../base/faults';

/** A failure on demand in one sentence. */
export function faultText(fault: Fault): string {
  switch (fault.k) {
    case 'throwInTask': {
      const at = fault.when.at === 'now' ? '' : ` at record ${fault.when.count} from now`;
      return `throw "${fault.message}" in subtask ${fault.subtask + 1} of ${fault.operator}${at}`;
    }
    case 'killTaskManager':
      return `${fault.lose ? 'lose' : 'kill'} ${fault.taskManager}`;
    case 'declineCheckpoint':
      return `decline the next checkpoint in subtask ${fault.subtask + 1} of ${fault.operator}`;
    case 'localCopy':
      return `${fault.how} the local copy of subtask ${fault.subtask + 1} of ${fault.operator}`;
  }
}
