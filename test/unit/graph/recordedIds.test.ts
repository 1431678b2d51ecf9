import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { operatorIdOfUid } from '../../../runtime/graph/operatorIds';

const recordings = fileURLToPath(new URL('../../../../shared/fixtures/flink-recorded/2.2.1', import.meta.url));

interface Expected {
  readonly snapshots: readonly {
    readonly metadata: { readonly operators: readonly { readonly operatorId: string; readonly uid?: string }[] };
  }[];
}

test(
  'every uid in the recorded snapshots of Flink 2.2.1 has the operator id that stands beside it',
  { skip: existsSync(recordings) ? false : 'the recordings of real Flink are not here' },
  () => {
    let checked = 0;
    for (const name of readdirSync(recordings)) {
      const { snapshots } = JSON.parse(readFileSync(join(recordings, name, 'expected.json'), 'utf8')) as Expected;
      for (const { operatorId, uid } of snapshots.flatMap((snapshot) => snapshot.metadata.operators)) {
        if (uid === undefined) continue;
        assert.equal(operatorIdOfUid(uid), operatorId, uid);
        checked += 1;
      }
    }
    assert.ok(checked > 50, `only ${checked} uids`);
  },
);
