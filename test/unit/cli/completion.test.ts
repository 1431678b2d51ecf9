import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { completionScript } from '../../../runtime/cli/completion/scripts';
import { shells } from '../../../runtime/cli/completion/shells';
import { job } from '../cluster/records';
import { fakeCluster } from './fakeCluster';
import { run, runOn } from './ran';

/** What fits at the end of these words. */
async function fitting(...words: readonly string[]): Promise<readonly string[]> {
  const { code, out, error } = await runOn(fakeCluster(), ['complete', '--', ...words]);
  assert.deepEqual([code, error], [0, '']);
  return out.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
}

describe('completion', () => {
  test('knows the commands, those inside others and the options of each', async () => {
    assert.deepEqual(await fitting('ca'), ['cancel']);
    assert.deepEqual(await fitting('recovery', ''), ['show', 'hold', 'step', 'continue', 'help']);
    assert.deepEqual(await fitting('fail', 'throw', '--me'), ['--message']);
    assert.ok(!(await fitting('')).includes('complete'));
  });

  test('asks the runtime for what has an id or a name', async () => {
    assert.deepEqual(await fitting('cancel', '--job', ''), ['counts', job]);
    assert.deepEqual(await fitting('fail', 'throw', ''), ['counts']);
    assert.deepEqual(await fitting('fail', 'kill', 't'), ['tm-1']);
    assert.deepEqual(await fitting('fail', 'disarm', ''), ['fault-1']);
    assert.deepEqual(await fitting('state', '--limit', '3', 'counts', ''), ['count']);
    assert.deepEqual(await fitting('checkpoints', ''), ['3']);
    assert.deepEqual(await fitting('recovery', 'show', ''), ['1']);
    assert.deepEqual(await fitting('jobs', '--url', ''), ['http://127.0.0.1:1']);
    assert.deepEqual(await fitting('completion', ''), [...shells]);
  });

  test('leaves files to the shell', async () => {
    assert.deepEqual(await fitting('run', ''), []);
    assert.deepEqual(await fitting('run', 'a.ts', '--from', ''), []);
    assert.deepEqual(await fitting('show', 'C:\\savepoints\\'), []);
  });

  test('says nothing, and asks no cluster of others, when no runtime is there', async () => {
    const nobody = { discover: () => Promise.resolve([]), connect: () => assert.fail('nobody is to be asked') };
    for (const words of [
      ['cancel', '--job', ''],
      ['cancel', '--url', 'http://far:8081', '--job', ''],
    ]) {
      assert.deepEqual(await run(['complete', '--', ...words], {}, nobody), { code: 0, out: '', error: '' });
    }
  });

  test('has a script for each shell, and refuses others', async () => {
    for (const shell of shells) {
      const { code, out } = await run(['completion', shell], {});
      assert.equal(code, 0);
      assert.match(out, /job-state complete -- /);
    }
    const other = await run(['completion', 'tcsh'], {});
    assert.equal(other.code, 2);
    assert.match(other.error, /bash, zsh, fish, powershell/);
  });

  const bash = spawnSync('bash', ['--version']).status === 0;
  test('in bash offers what the program says, quoted as bash needs it', { skip: !bash && 'there is no bash' }, () => {
    const script = `${completionScript('bash')}
job-state() { printf '%s|' "$@" >&3; printf 'counts\\tone\\nmy job\\ttwo\\n'; }
COMP_WORDS=(job-state cancel --job ''); COMP_CWORD=3
_job_state 3>&1
printf '<%s>' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    assert.deepEqual([stdout, stderr], ['complete|--|cancel|--job||<counts><my\\ job>', '']);
  });
});
