import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build } from 'esbuild';
import { inspectInWorker } from '../../../runtime/inspect/inspectInWorker';

const snapshot = join(
  import.meta.dirname,
  '../../fixtures/flink/1.20.5-heap/checkpoints/d202626121a25532dd32ee6e68059606/chk-7',
);

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'job-state-inspect-'));
  const entryPoints = [join(import.meta.dirname, '../../../runtime/inspect/worker.ts')];
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({
    entryPoints,
    outfile: join(folder, 'worker.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner,
  });
});
after(() => rm(folder, { recursive: true }));

test('a worker thread answers like this one, errors with their code, and starts anew after its end', async () => {
  const worker = inspectInWorker(join(folder, 'worker.mjs'));
  try {
    const shown = await worker.show({ snapshot });
    assert.equal(shown.checkpoint, 7);
    const operator = shown.operators.find(({ sizeBytes }) => sizeBytes > 0)?.id ?? '';
    assert.ok((await worker.states({ snapshot, operator })).length > 0);
    await assert.rejects(worker.show({ snapshot: '/nowhere' }), { code: 'snapshot.not-found', domain: 'user' });
    await worker.end();
    assert.equal((await worker.show({ snapshot })).checkpoint, 7);
  } finally {
    await worker.end();
  }
});
