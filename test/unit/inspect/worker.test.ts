import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspectInWorker } from '../../../runtime/inspect/inspectInWorker';

const snapshot = join(
  import.meta.dirname,
  '../../fixtures/flink/1.20.5-heap/checkpoints/d202626121a25532dd32ee6e68059606/chk-7',
);

test('a worker thread answers like this one, errors with their code, and starts anew after its end', async () => {
  const worker = inspectInWorker(new URL('../../../runtime/inspect/worker.ts', import.meta.url));
  try {
    const shown = await worker.show({ snapshot });
    assert.equal(shown.checkpoint, 7);
    assert.ok((await worker.states({ snapshot, operator: shown.operators[0]?.id ?? '' })).length >= 0);
    await assert.rejects(worker.show({ snapshot: '/nowhere' }), { code: 'snapshot.not-found', domain: 'user' });
    await worker.dispose();
    assert.equal((await worker.show({ snapshot })).checkpoint, 7);
  } finally {
    await worker.dispose();
  }
});
