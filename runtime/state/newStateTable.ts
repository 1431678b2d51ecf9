import type { KeyGroupRange } from '../base/keyGroupRange';
import { MapStateTable } from './mapStateTable';
import { NumberStateTable } from './numberStateTable';
import type { SnapshotEpochs } from './snapshotEpochs';
import type { StateTable } from './stateTable';

/** A table for keys of one kind. `integers`: every key is a safe integer. */
export function newStateTable<T>(range: KeyGroupRange, epochs: SnapshotEpochs, integers: boolean): StateTable<T> {
  return integers ? new NumberStateTable<T>(range, epochs) : new MapStateTable<T>(range, epochs);
}
