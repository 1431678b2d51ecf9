import type { Disk } from '../base/env';
import { JobStateError, userError } from '../base/errors';
import type { CopyPlace } from '../base/events';
import { id, type CheckpointId, type HandleId, type OperatorId, type TaskManagerId } from '../base/ids';
import { sameKeyGroupRange } from '../base/keyGroupRange';
import type { KeyGroupsHandle, OperatorHandle, SubtaskState } from '../formats/handles';
import type { AssignedState, TaskRestore } from '../wire/messages';
import type {
  LocalLookup,
  PrioritizedOperatorSubtaskState,
  PrioritizedState,
  RestoreAlternative,
  StateCopies,
} from './prioritizedState';
import { locate, locationSizeBytes, locationText, type StateLocation } from './stateLocation';
import { openState, type StateSource } from './stateSource';

/** The local copies of the task, by checkpoint; CheckpointCache is one. */
export interface LocalCopySource {
  lookup(checkpoint: CheckpointId, operator: OperatorId): LocalLookup;
}

/**
 * Orders what one operator can be restored from: the local copy of exactly this checkpoint, where there is one of the same handle, then the
 * remote one, which says what there is (Flink's `PrioritizedOperatorSubtaskState.Builder`). Nothing is opened. `restore` is absent at a
 * start without a snapshot, `local` where local recovery is off. Fails with `state.unsupported` for handles that this runtime cannot restore.
 */
export function prioritizeState(
  disk: Disk,
  operator: OperatorId,
  restore: TaskRestore | undefined,
  local: LocalCopySource | undefined,
): PrioritizedOperatorSubtaskState {
  if (restore === undefined) {
    const nothing = { alternatives: [], why: 'The job starts without a snapshot.' };
    return { keyed: nothing, operator: nothing };
  }
  const state = restore.states[operator] ?? {};
  refuseUnsupported(state);
  return {
    keyed: prioritizeKeyed(disk, operator, restore, local),
    operator: prioritizeOperator(disk, restore, state),
  };
}

function prioritizeKeyed(
  disk: Disk,
  operator: OperatorId,
  restore: TaskRestore,
  local: LocalCopySource | undefined,
): PrioritizedState<KeyGroupsHandle> {
  const handle = keyGroupsHandle(restore.states[operator]?.managedKeyed);
  if (handle === undefined) {
    return { alternatives: [], why: `${snapshotName(restore)} holds no keyed state of this operator.` };
  }
  const remoteCopies = new RemoteCopies(disk, locate(restore.directory, handle.data));
  const remote = alternative(handle, handle.id ?? 'keyed', remoteCopies, 'remote');
  const found = findLocal(restore, operator, handle, local);
  if (!found.found) return { alternatives: [remote], why: found.why };
  const first = alternative(found.handle, handle.id ?? 'keyed', found.pairWith(remoteCopies), 'local');
  const why = `${snapshotName(restore)} has a local copy on this TaskManager; it is tried first.`;
  return { alternatives: [first, remote], why };
}

/** The local copy, if it is a copy of this very handle. */
function findLocal(
  restore: TaskRestore,
  operator: OperatorId,
  remote: KeyGroupsHandle,
  local: LocalCopySource | undefined,
): LocalLookup {
  if (restore.savepoint) return { found: false, why: 'Savepoints have no local copies.' };
  if (local === undefined) return { found: false, why: 'Local recovery is off.' };
  const found = local.lookup(restore.checkpoint, operator);
  if (!found.found)
    return restore.movedFrom === undefined
      ? found
      : { found: false, why: whyMoved(restore.checkpoint, restore.movedFrom) };
  const copy = `The local copy of checkpoint ${restore.checkpoint}`;
  if (!sameKeyGroupRange(found.handle.range, remote.range)) {
    const [had, needed] = [found.handle.range, remote.range].map(({ start, end }) => `${start} to ${end}`);
    return { found: false, why: `${copy} is of the key groups ${had}, not ${needed}.` };
  }
  if (found.handle.id !== remote.id) return { found: false, why: `${copy} is of another attempt to take it.` };
  return found;
}

function whyMoved(checkpoint: CheckpointId, from: TaskManagerId): string {
  return `There is no local copy of checkpoint ${checkpoint}: the task ran on TaskManager ${from} before, and local copies stay with their slot.`;
}

function prioritizeOperator(disk: Disk, restore: TaskRestore, state: AssignedState): PrioritizedState<OperatorHandle> {
  const { managedOperator, operatorParts } = state;
  const handles = operatorParts ?? (managedOperator === undefined ? [] : [managedOperator]);
  if (handles.length === 0) {
    return { alternatives: [], why: `${snapshotName(restore)} holds no operator state of this operator.` };
  }
  const alternatives = handles.map((handle, index) => {
    const name = index === 0 ? 'operator' : `operator-${index}`;
    return alternative(handle, name, new RemoteCopies(disk, locate(restore.directory, handle.data)), 'remote');
  });
  // One that reads all of them.
  const shown = { parts: alternatives.flatMap((each) => each.shown.parts) };
  const all = { shown, parts: alternatives.flatMap((each) => each.parts) };
  return { alternatives: [all], why: 'Operator state has no local copies.' };
}

function alternative<H>(handle: H, name: string, copies: StateCopies, from: CopyPlace): RestoreAlternative<H> {
  const [sizeBytes, location] = [copies.sizeBytes(from), copies.location(from)];
  const shown = { handle: id<HandleId>(name), from, sizeBytes, location };
  return { shown: { parts: [shown] }, parts: [{ handle, shown, copies }] };
}

/** A handle that lies in one place only. */
class RemoteCopies implements StateCopies {
  constructor(
    private readonly disk: Disk,
    private readonly remote: StateLocation,
  ) {}

  sizeBytes(): number {
    return locationSizeBytes(this.remote);
  }

  location(): string {
    return locationText(this.remote);
  }

  open(place: CopyPlace): Promise<StateSource> {
    if (place === 'remote') return openState(this.disk, this.remote);
    return Promise.reject(new JobStateError('internal.no-local-copy', `${this.location()} has no local copy.`));
  }
}

function keyGroupsHandle(handle: SubtaskState['managedKeyed']): KeyGroupsHandle | undefined {
  if (handle === undefined || handle.t === 'keyGroups' || handle.t === 'savepoint') return handle;
  throw unsupported(handle.t === 'incremental' ? 'RocksDB files' : 'a changelog');
}

function refuseUnsupported(state: SubtaskState): void {
  if (state.rawKeyed !== undefined) throw unsupported('raw keyed state');
  if (state.rawOperator !== undefined) throw unsupported('raw operator state');
  const inFlight = (state.inputChannels?.length ?? 0) + (state.resultSubpartitions?.length ?? 0);
  if (inFlight > 0) throw unsupported('records in flight (an unaligned checkpoint)');
}

function unsupported(what: string): JobStateError {
  return userError(
    'state.unsupported',
    `The snapshot holds ${what}, which the embedded runtime does not restore.`,
    'Take a canonical savepoint of the job and restore that.',
  );
}

function snapshotName(restore: TaskRestore): string {
  return restore.savepoint ? 'The savepoint' : `Checkpoint ${restore.checkpoint}`;
}
