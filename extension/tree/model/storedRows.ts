import type { JobId } from '../../../runtime/base/ids';
import type { OperatorInfo, StateInfo } from '../../../runtime/cluster/model';
import type { SnapshotOperator } from '../../../runtime/inspect/snapshot';
import { sizeText } from '../../../runtime/rest/recovery/recoveryText';
import { countText, joined, shortId } from './format';
import type { About, Draft, Drawing } from './node';
import { line } from './node';
import { isShown, stateRow } from './stateRows';

/** The running job whose snapshot it is; its operators know where in the code they are. */
interface Running {
  readonly job: JobId;
  readonly known: readonly OperatorInfo[];
}

function storedOperatorRow(snapshot: string, operator: SnapshotOperator, running: Running | undefined): Draft {
  const source = running?.known.find(({ id }) => id === operator.id)?.source;
  const hasState = operator.sizeBytes > 0;
  return {
    key: operator.id,
    about: {
      k: 'storedOperator',
      ...(running === undefined ? {} : { job: running.job }),
      snapshot,
      operator: operator.id,
      ...(source === undefined ? {} : { source }),
    },
    look: {
      label: operator.uid ?? (operator.name === operator.id ? '(no uid)' : `(no uid) ${operator.name}`),
      description: joined(
        operator.uid === undefined ? `id ${shortId(operator.id)}` : undefined,
        countText(operator.parallelism, 'subtask'),
        operator.finished ? 'finished' : undefined,
        hasState ? sizeText(operator.sizeBytes) : 'no state',
      ),
      icon: { name: hasState ? 'database' : 'arrow-right' },
      tooltip: [
        `**${operator.uid ?? operator.name}**`,
        `Operator id: \`${operator.id}\``,
        `Parallelism ${operator.parallelism}, at most ${operator.maxParallelism} (key groups)`,
      ].join('  \n'),
      tokens: source === undefined ? ['hasId'] : ['hasId', 'hasSource'],
      collapse: hasState ? 'collapsed' : 'none',
    },
  };
}

/** The operators that a snapshot has state of; `running` when it belongs to a job of the engine. */
export function storedOperatorsChildren(
  snapshot: string,
  operators: readonly SnapshotOperator[],
  running?: Running,
): Drawing {
  const drafts =
    operators.length === 0
      ? [line('none', 'No state in it.')]
      : operators.map((operator) => storedOperatorRow(snapshot, operator, running));
  return () => drafts;
}

/** The states of an operator of a snapshot. */
export function storedOperatorChildren(
  { job, snapshot, operator }: About & { k: 'storedOperator' },
  states: readonly StateInfo[],
): Drawing {
  const drafts = states.filter(isShown).map((state) =>
    stateRow(
      {
        k: 'state',
        ...(job === undefined ? {} : { job }),
        ref: { from: 'stored', snapshot, operator, state: state.name },
      },
      state,
      { of: operator, keyed: state.keyType !== undefined },
    ),
  );
  return () => (drafts.length === 0 ? [line('none', 'No state in it.')] : drafts);
}
