import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ParquetColumn } from '../../runtime/connectors/parquetSource';
import { workerParquetDecoder } from '../../runtime/main/parquetDecoder';
import { differences, statistics, writtenDays, dayText } from './flights';
import { TestRuntime } from './runtime';
import { TestJob } from './testJob';

const file = fileURLToPath(new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));
const worker = new URL('../../dist/parquet-worker.mjs', import.meta.url);
const columns = ['date', 'delay', 'origin'];

/** A column of the rows from `from` to `to`, read without our code. */
async function plainColumn(name: string, from: number, to: number): Promise<unknown[]> {
  const buffer = await asyncBufferFromFile(file);
  const values: unknown[] = [];
  await parquetRead({
    file: buffer,
    compressors,
    columns: [name],
    rowStart: from,
    rowEnd: to,
    rowFormat: 'array',
    onComplete: (rows) => {
      for (const row of rows as unknown as unknown[][]) values.push(row[0]);
    },
  });
  return values;
}

/** A column as plain values; dates as epoch ms. */
function valuesOf(column: ParquetColumn | undefined): unknown[] {
  assert.ok(column);
  switch (column.t) {
    case 'numbers':
      return Array.from(column.values, (value, index) => (column.nulls?.[index] === 1 ? null : value));
    case 'texts':
      return Array.from(column.codes, (code) => (code === 0 ? null : column.dictionary[code - 1]));
    case 'others':
      return [...column.values];
  }
}

/** As our decoder gives them. */
function normal(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : typeof value === 'bigint' ? Number(value) : (value ?? null);
}

describe('the Parquet file of the example', () => {
  let rowsOfGroups: number[];
  before(async () => {
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file));
    rowsOfGroups = metadata.row_groups.map((group) => Number(group.num_rows));
  });

  test('is decoded to the same rows as without us, row group by row group', async () => {
    const decoder = workerParquetDecoder(worker);
    const info = await decoder.info(file);
    assert.deepEqual(
      info.rowGroups.map(({ rows }) => rows),
      rowsOfGroups,
    );
    let from = 0;
    for (const [index, rows] of rowsOfGroups.slice(0, 2).entries()) {
      const decoded = await decoder.rowGroup(file, index, columns);
      for (const [position, name] of columns.entries()) {
        const plain = (await plainColumn(name, from, from + rows)).map(normal);
        const ours = valuesOf(decoded[position]);
        assert.equal(ours.length, rows);
        const different = ours.findIndex((value, row) => value !== plain[row]);
        assert.equal(different, -1, `${name} of row ${different} of group ${index}`);
      }
      from += rows;
    }
  });

  test('is decoded without holding up the main thread for more than 50 ms', async () => {
    const decoder = workerParquetDecoder(worker);
    await decoder.info(file);
    // A busy machine delays this process, too; decoding in this thread would do so for every row group.
    const longestMs: number[] = [];
    for (let index = 0; index < 5 && Math.min(...longestMs) >= 50; index++) {
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      await decoder.rowGroup(file, index, columns);
      delay.disable();
      longestMs.push(delay.max / 1e6);
    }
    assert.ok(Math.min(...longestMs) < 50, `longest delays in ms: ${longestMs.map(Math.round).join(', ')}`);
  });

  test('gives, as far as it was read, the numbers of a plain loop, also when a TaskManager was killed', async (t) => {
    const runtime = await TestRuntime.start(t);
    const { cluster, events, folder } = runtime;
    cpSync(fileURLToPath(new URL('../../examples/flights', import.meta.url)), folder, { recursive: true });
    symlinkSync(file, join(folder, 'flights-3m.parquet'));
    const job = await TestJob.submit(runtime, { jobFile: join(folder, 'flights.ts'), rowsPerSecond: 200_000 });
    await rowsRead(job, 0, 40_000);
    await cluster.run('triggerCheckpoint', { job: job.id });
    const { now } = events;
    await job.kill('tm-1');
    await job.recovered(now);
    await rowsRead(job, 1, 40_000);
    await cluster.run('stopWithSavepoint', { job: job.id });

    const written = writtenDays(folder);
    const lastDay = written.map(dayOf).sort().at(-1) ?? '';
    assert.ok(lastDay >= '2001-01-03', `days until ${lastDay}`);
    // The first row group holds more days than were read.
    const expected = (await plainDays(rowsOfGroups[0] ?? 0)).filter((line) => dayOf(line) <= lastDay);
    assert.deepEqual(differences(written, expected), []);
  });
});

/** `ATL 2001-01-05 count=…` */
function dayOf(line: string): string {
  return line.split(' ')[1] ?? '';
}

/** Waits until that attempt of the first reader has emitted so many rows. */
function rowsRead(job: TestJob, attempt: number, rows: number): Promise<unknown> {
  return job.runtime.events.until(`${rows} rows`, async () => {
    const { tasks } = await job.details();
    return tasks.some((task) => task.subtask === 0 && task.attempt === attempt && task.recordsOut >= rows) || undefined;
  });
}

/** What a plain loop makes of the first rows of the file. */
async function plainDays(rows: number): Promise<string[]> {
  const [dates = [], delays = [], origins = []] = await Promise.all(columns.map((name) => plainColumn(name, 0, rows)));
  const days = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const [date, delay, origin] = [dates[row], delays[row], origins[row]];
    if (delay === null || delay === undefined) continue;
    assert.ok(date instanceof Date && typeof origin === 'string');
    const key = `${origin} ${date.toISOString().slice(0, 10)}`;
    const known = days.get(key);
    if (known === undefined) days.set(key, [Number(delay)]);
    else known.push(Number(delay));
  }
  return [...days].map(([key, values]) => dayText(key, statistics(values))).sort();
}
