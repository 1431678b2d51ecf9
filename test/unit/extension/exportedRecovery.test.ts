import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readRecoveryFile, writeRecoveryFile } from '../../../extension/pages/exportedRecovery';
import { errorData } from '../../../runtime/base/errors';
import { parseRecoveryFile, recoveryFileName, recoveryFileText } from '../../../runtime/rest/recovery/recoveryFile';
import { fellBack } from '../../support/recordedRecoveries';

/** The message with which a text is refused. */
function refusal(text: string): string {
  try {
    parseRecoveryFile(text, 'r.json');
  } catch (error) {
    const data = errorData(error);
    assert.equal(data.code, 'recovery-file.invalid');
    return data.message;
  }
  return 'it was taken';
}

type Json = Record<string, unknown>;
const exported = (): { version: number; recovery: { details: { events: Json[] } & Json } } =>
  JSON.parse(recoveryFileText(fellBack, 1)) as ReturnType<typeof exported>;

describe('an exported recovery', () => {
  test('is the same when it is read again', () => {
    assert.deepEqual(parseRecoveryFile(recoveryFileText(fellBack, 1), 'r.json'), fellBack);
  });

  test('has a name that every file system takes', () => {
    assert.equal(recoveryFileName(fellBack), 'flights-recovery-1.json');
    const job = { ...fellBack.job, name: 'a/b: ü\\c' };
    assert.equal(recoveryFileName({ ...fellBack, job }), 'a-b-ü-c-recovery-1.json');
  });

  test('what is no such file is refused with the reason', () => {
    assert.match(refusal('{'), /^r\.json cannot be opened: it is not JSON/);
    assert.equal(refusal('[]'), 'r.json cannot be opened: it is no exported recovery.');
    assert.equal(refusal('{"format":"other"}'), 'r.json cannot be opened: it is no exported recovery.');
    const newer = { ...exported(), version: 2 };
    assert.match(refusal(JSON.stringify(newer)), /another version of the extension/);
  });

  test('a field that is wrong is named', () => {
    const file = exported();
    const [event] = file.recovery.details.events;
    assert.ok(event);
    event['step'] = { k: 'readHandle', state: 'keyed', part: { from: 'nowhere' } };
    assert.match(refusal(JSON.stringify(file)), /recovery\.details\.events\.0\.step\.part/);
    const other = exported();
    other.recovery.details['tookMs'] = 'long';
    assert.match(refusal(JSON.stringify(other)), /recovery\.details\.tookMs: .*number/i);
  });

  test('is written as a whole or not at all', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'job-state-export-'));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, 'r.json');
    await writeFile(path, 'before');
    await writeRecoveryFile(path, fellBack, 1);
    assert.deepEqual(await readRecoveryFile(path), fellBack);
    await assert.rejects(writeRecoveryFile(folder, fellBack, 1));
    assert.deepEqual(await readdir(folder), ['r.json']);
    assert.match(await readFile(path, 'utf8'), /"format": "job-state-recovery"/);
  });
});
