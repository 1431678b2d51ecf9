// Can user code read RocksDB state synchronously? Measures what decision 7 needs: a batch of known keys read ahead of the batch, and a
// single key that no plan foresaw read while the calling thread waits. Run in an empty folder:
//   npm install --no-save rocksdb-native@3.18.1 && node rocksdbSyncRead.mjs
// Prints one JSON line a measurement; findings in docs/rocksdb-synchronous-state.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const RocksDB = createRequire(join(process.cwd(), 'index.js'))('rocksdb-native');
const keys = 1_000_000;
const keyOf = (index) => Buffer.from(`key-${String(index).padStart(12, '0')}`);

async function fill(db) {
  for (let from = 0; from < keys; from += 10_000) {
    const batch = db.write();
    for (let index = from; index < from + 10_000; index++)
      batch.put(keyOf(index), Buffer.alloc(8, index & 255)).catch(() => undefined);
    await batch.flush();
    batch.destroy();
  }
}

async function multiGet(db, wanted) {
  const batch = db.read();
  const found = wanted.map((key) => batch.get(key));
  await batch.flush();
  batch.destroy(); // an open batch keeps close() from ever settling
  return Promise.all(found);
}

const randomKeys = (count) => Array.from({ length: count }, () => keyOf(Math.floor(Math.random() * keys)));

/** Shared memory: [0] request number, [1] answered number, [2] keys, [3] bytes; then the bytes: u16 length + key, answers likewise. */
function encode(bytes, parts) {
  let at = 0;
  for (const part of parts) {
    bytes[at++] = part.length & 255;
    bytes[at++] = part.length >> 8;
    bytes.set(part, at);
    at += part.length;
  }
  return at;
}

function decode(bytes, count) {
  const parts = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    const length = bytes[at] | (bytes[at + 1] << 8);
    parts.push(Buffer.from(bytes.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return parts;
}

async function serve({ control, data, path }) {
  parentPort.on('message', () => undefined); // Atomics.waitAsync alone does not keep a worker alive
  const db = new RocksDB(path);
  await db.ready();
  const words = new Int32Array(control);
  const bytes = new Uint8Array(data);
  parentPort.postMessage('ready');
  for (let served = 0; ;) {
    const waiting = Atomics.waitAsync(words, 0, served);
    if (waiting.async) await waiting.value;
    served = Atomics.load(words, 0);
    if (served < 0) break;
    const values = await multiGet(db, decode(bytes, words[2]));
    words[3] = encode(bytes, values);
    Atomics.store(words, 1, served);
    Atomics.notify(words, 1);
  }
  await db.close();
}

function report(name, samples, per = 1) {
  samples.sort((a, b) => a - b);
  const at = (share) => Math.round((samples[Math.floor((samples.length - 1) * share)] * 1000) / per);
  console.log(JSON.stringify({ name, medianUs: at(0.5), p90Us: at(0.9), p99Us: at(0.99), samples: samples.length }));
}

async function timed(count, run) {
  const samples = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await run();
    samples.push(performance.now() - start);
  }
  return samples;
}

async function main() {
  const path = mkdtempSync(join(tmpdir(), 'rocks-spike-'));
  const db = new RocksDB(path);
  await db.ready();
  await fill(db);
  await db.flush();
  report('awaited single get, own thread', await timed(2000, () => multiGet(db, randomKeys(1))));
  report(
    'awaited multi-get of 1,000, own thread, per key',
    await timed(100, () => multiGet(db, randomKeys(1000))),
    1000,
  );
  await db.close();

  const control = new SharedArrayBuffer(16);
  const data = new SharedArrayBuffer(1 << 20);
  const worker = new Worker(new URL(import.meta.url), { workerData: { control, data, path } });
  await new Promise((resolve, reject) =>
    worker
      .once('message', resolve)
      .once('error', reject)
      .once('exit', (code) => reject(new Error(`the worker ended with ${code}`))),
  );
  const words = new Int32Array(control);
  const bytes = new Uint8Array(data);
  let request = 0;
  const ask = (wanted) => {
    encode(bytes, wanted);
    words[2] = wanted.length;
    Atomics.store(words, 0, ++request);
    Atomics.notify(words, 0);
  };
  const waitSync = (wanted) => {
    ask(wanted);
    while (Atomics.load(words, 1) !== request) Atomics.wait(words, 1, request - 1, 1000);
    return decode(bytes, wanted.length);
  };
  const waitAsync = async (wanted) => {
    ask(wanted);
    while (Atomics.load(words, 1) !== request) {
      const waiting = Atomics.waitAsync(words, 1, request - 1);
      if (waiting.async) await waiting.value;
    }
    return decode(bytes, wanted.length);
  };
  const check = waitSync([keyOf(77)])[0];
  if (check === undefined || check[0] !== 77) throw new Error('the worker answered wrongly');
  report('synchronous single get through the worker', await timed(5000, () => void waitSync(randomKeys(1))));
  report(
    'synchronous multi-get of 1,000 through the worker, per key',
    await timed(100, () => void waitSync(randomKeys(1000))),
    1000,
  );
  report(
    'awaited multi-get of 1,000 through the worker, per key',
    await timed(100, () => waitAsync(randomKeys(1000))),
    1000,
  );
  let second = 'refused';
  const twin = new RocksDB(path); // the worker's handle is open
  try {
    await twin.ready();
    await twin.read().flush?.();
    second = 'accepted';
  } catch (error) {
    second = `refused: ${String(error.message).slice(0, 80)}`;
  }
  console.log(JSON.stringify({ name: 'a second writer handle on the same directory', outcome: second }));
  Atomics.store(words, 0, -1);
  Atomics.notify(words, 0);
  await worker.terminate();
  rmSync(path, { recursive: true, force: true });
}

if (isMainThread) await main();
else await serve(workerData);
