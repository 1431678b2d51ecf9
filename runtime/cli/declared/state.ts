import type { StateOptions } from '../commands/state';
import type { CommonOptions } from '../world';
import { bare, examples, inPages, ofJob, type Declaring } from './common';

export function declareState({ program, world }: Declaring): void {
  const state = ofJob(program, 'state', 'show entries of a state, or the one of a key')
    .argument('<operator>', 'uid, name or id')
    .argument('<state>')
    .option('--key <key>', 'JSON, or a text as it is')
    .option('--history', 'the key now, and in every checkpoint and savepoint that is still there')
    .option('--filter <text>', 'only entries with it in key or value; also subtask:2 or group:88')
    .option('--from <snapshot>', 'look into a snapshot on disk instead of the running job');
  examples(inPages(state, 50), 'state counts count --key ATL', 'state counts count --key ATL --history --limit 10');
  state.action(async (operator: string, name: string, options: StateOptions) => {
    if (options.history === true)
      await (await import('../commands/keyHistory')).keyHistory(world, operator, name, options);
    else await (await import('../commands/state')).state(world, operator, name, options);
  });
  bare(program, 'show', 'show a checkpoint or savepoint on disk; no engine is needed')
    .argument('<snapshot>', 'its directory')
    .argument('[operator]', 'the states of this one')
    .option('--json', 'print data instead of text')
    .option('--verbose', 'print stacks of errors')
    .action(async (path: string, operator: string | undefined, options: CommonOptions) =>
      (await import('../commands/show')).showStored(world, path, operator, options),
    );
}
