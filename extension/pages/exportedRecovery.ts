import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { userError } from '../../runtime/base/errors';
import type { RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';
import { parseRecoveryFile, recoveryFileText } from '../../runtime/rest/recovery/recoveryFile';

/** More than any recovery needs: 1,000 subtasks with 100 steps each. */
const maxSizeBytes = 100_000_000;

/** Writes an exported recovery as a whole, or leaves what was there. */
export async function writeRecoveryFile(path: string, recorded: RecordedRecovery, nowMs: number): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(recoveryFileText(recorded, nowMs));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Reads an exported recovery; rejects with `recovery-file.invalid` when it is none. */
export async function readRecoveryFile(path: string): Promise<RecordedRecovery> {
  const { size } = await stat(path);
  if (size > maxSizeBytes)
    throw userError('recovery-file.invalid', `${path} cannot be opened: it is too large for a recovery.`, '');
  return parseRecoveryFile(await readFile(path, 'utf8'), path);
}
