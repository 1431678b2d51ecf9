import { countStates } from '../../inspect/lookUp';
import { showSnapshot, type SnapshotInfo } from '../../inspect/snapshot';
import { sizeText } from '../../rest/recovery/recoveryText';
import { operatorLines } from '../handleLines';
import { Output, table } from '../output';
import { disk, openStored } from '../storedState';
import type { CliWorld, CommonOptions } from '../world';

/** A snapshot on disk: its operators and handles, or the states of one operator. */
export async function showStored(
  world: CliWorld,
  path: string,
  operator: string | undefined,
  options: CommonOptions,
): Promise<void> {
  const snapshot = await openStored(world, path);
  const output = new Output(world, options);
  if (operator === undefined) {
    const info = showSnapshot(snapshot);
    output.show(info, () => snapshotLines(info));
    return;
  }
  const states = await countStates(disk, snapshot, operator);
  output.show(states, () =>
    table([['STATE', 'KIND', 'ENTRIES', 'TYPE'], ...states.map((s) => [s.name, s.kind, String(s.entries), s.type])]),
  );
}

function snapshotLines(info: SnapshotInfo): readonly string[] {
  const kind = info.savepoint ? `savepoint${info.format === undefined ? '' : ` (${info.format})`}` : 'checkpoint';
  return [
    `${kind} ${info.checkpoint}  ${sizeText(info.sizeBytes)}  ${info.directory}`,
    ...operatorLines(info.operators),
  ];
}
