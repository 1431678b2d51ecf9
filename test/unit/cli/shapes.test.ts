/** What --json prints is what docs/cli.md says, of every command: the shapes are read from there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkpoint, fakeCluster } from './fakeCluster';
import { runOn } from './ran';
import { documentedShapes, misfits } from './shape';

const { names, rows } = documentedShapes();

const fixture = join(import.meta.dirname, '../../fixtures/flink/1.20.5-heap');
const expected = JSON.parse(readFileSync(join(fixture, 'expected.json'), 'utf8')) as {
  readonly snapshots: readonly {
    readonly path: string;
    readonly metadata: { readonly operators: readonly { readonly operatorId: string }[] };
    readonly state: Readonly<Record<string, unknown>>;
  }[];
};
const stored = expected.snapshots.find(({ state }) => Object.keys(state).length > 0);
assert.ok(stored);

function argsOf(command: string): readonly string[] {
  assert.ok(stored);
  return command.split(' ').map((word) => {
    if (word === 'SNAPSHOT') return join(fixture, stored.path);
    return word === 'OPERATOR' ? (Object.keys(stored.state)[0] ?? '') : word;
  });
}

describe('the JSON of the command line', () => {
  for (const { command, shape } of rows) {
    test(`of "${command}" is as documented`, async () => {
      // The history of a key reads snapshots from disk; here none is left.
      const gone = { items: [{ ...checkpoint, discarded: true }], total: 1 };
      const parts = command.includes('--history') ? { answers: { checkpoints: gone } } : {};
      const { code, out, error: told } = await runOn(fakeCluster(parts), [...argsOf(command), '--json']);
      assert.deepEqual([code, told], [0, '']);
      assert.match(out, /^.+\n$/);
      assert.deepEqual(misfits(JSON.parse(out), shape, names), []);
    });
  }

  test('of an error is as documented, without stacks', async () => {
    const { error: told } = await runOn(fakeCluster(), ['job', '--job', 'nope', '--json']);
    assert.deepEqual(misfits(JSON.parse(told), 'Error', names), []);
    assert.doesNotMatch(told, /"stack"/);
    const verbose = await runOn(fakeCluster(), ['job', '--job', 'nope', '--json', '--verbose']);
    assert.match(verbose.error, /"stack"/);
  });

  test('is documented for every command', async () => {
    const leaves = await commandsBelow([]);
    const documented = rows.map(({ command }) => command);
    const missing = leaves.filter((leaf) => !documented.some((one) => `${one} `.startsWith(`${leaf} `)));
    assert.deepEqual(missing, ['run', 'watch', 'completion']);
  });
});

/** Every command, asked of the program as a shell does it. */
async function commandsBelow(words: readonly string[]): Promise<readonly string[]> {
  const { out } = await runOn(fakeCluster(), ['complete', '--', ...words, '']);
  const inner = out.split('\n').flatMap((line) => line.split('\t')[0] || []);
  const commands = inner.filter((name) => name !== 'help' && !name.startsWith('-'));
  if (commands.length === 0 || (words.length > 0 && !groups.has(words.join(' ')))) return [words.join(' ')];
  return (await Promise.all(commands.map((name) => commandsBelow([...words, name])))).flat();
}

const groups = new Set(['fail', 'recovery']);
