import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { jobFile, temporaryFolder, TestRuntime } from './runtime';
import { atEnd, type Scope } from './scope';
import { TestJob } from './testJob';

interface Row {
  readonly id: number;
  readonly key: string;
  readonly note: string;
}
type Numbered = Row & { readonly nth: number };

const rowsOfSource = 6_000;
const files = 2;
const keys = ['a', 'b', 'c', 'd', 'e'];

function rowOf(id: number): Row {
  return { id, key: keys[(id * 7919) % keys.length] ?? '', note: `"quoted", of ${id}\nand a line` };
}

/** The input of one kind, as two files. */
function writeFiles(directory: string, text: (rows: readonly Row[]) => string): void {
  mkdirSync(directory);
  for (let file = 0; file < files; file++) {
    const rows: Row[] = [];
    for (let id = file; id < rowsOfSource; id += files) rows.push(rowOf(id));
    writeFileSync(join(directory, String(file)), text(rows));
  }
}

const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;

function csvText(rows: readonly Row[]): string {
  return ['note,key,id', ...rows.map(({ id, key, note }) => `${quoted(note)},${key},${id}`)].join('\r\n');
}

/** The fields of CSV records, without our code. */
function csvRecords(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, inQuotes, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    records.at(-1)?.push(inQuotes?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') records.push([]);
  }
  return records.filter((fields) => fields.length > 1);
}

function numberedRows(path: string, text: string): Numbered[] {
  if (!path.endsWith('.csv'))
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Numbered);
  const [header, ...records] = csvRecords(text);
  assert.deepEqual(header, ['id', 'key', 'note', 'nth']);
  return records.map(([id, key = '', note = '', nth]) => ({ id: Number(id), key, note, nth: Number(nth) }));
}

/** What a sink has made visible, each row in the directory of its key. */
function written(folder: string, kind: string): Numbered[] {
  const out = join(folder, 'out', kind);
  return readdirSync(out, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|\/)part-[^/]*$/.test(path))
    .flatMap((path) => {
      const rows = numberedRows(path, readFileSync(join(out, path), 'utf8'));
      for (const { key } of rows) assert.ok(path.startsWith(`key=${key}/`), `a row of ${key} in ${path}`);
      return rows;
    });
}

/** Each row is whole and there once, and the rows of a key have the numbers 1, 2, … */
function assertNumbered(rows: readonly Numbered[]): void {
  for (const { id, key, note } of rows) assert.deepEqual({ id, key, note }, rowOf(id));
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'no row is there twice');
  for (const key of keys) {
    const numbers = rows.filter((row) => row.key === key).map(({ nth }) => nth);
    assert.deepEqual(
      numbers.sort((a, b) => a - b),
      numbers.map((_, index) => index + 1),
      `the numbers of ${key}`,
    );
  }
}

/** Sends rows to whoever connects, a few every 5 ms, until it has sent so many to one connection after `finish()`. */
class RowSender {
  readonly #server = createServer((socket) => this.#serve(socket));
  #next = 0;
  #last = Infinity;
  connections = 0;
  /** The first row of the newest connection. */
  firstOfConnection = 0;

  static async start(scope: Scope): Promise<RowSender> {
    const sender = new RowSender();
    sender.#server.listen(0, '127.0.0.1');
    await once(sender.#server, 'listening');
    atEnd(scope, () => void sender.#server.close());
    return sender;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends so many more, then ends the connection. Returns how many there will have been. */
  finish(more: number): number {
    this.#last = this.#next + more;
    return this.#last;
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.firstOfConnection = this.#next;
    const timer = setInterval(() => {
      for (let row = 0; row < 10 && this.#next < this.#last; row++)
        socket.write(`${JSON.stringify(rowOf(this.#next++))}\n`);
      if (this.#next >= this.#last) socket.end();
    }, 5);
    socket.on('close', () => clearInterval(timer));
    socket.on('error', () => undefined); // its reader was killed
  }
}

test('kill -9 of each TaskManager while CSV, JSON array and socket sources work into directories of CSV and NDJSON', async (t) => {
  const folder = temporaryFolder(t);
  writeFiles(join(folder, 'csv'), csvText);
  writeFiles(join(folder, 'json'), (rows) => JSON.stringify(rows));
  const sender = await RowSender.start(t);
  const runtime = await TestRuntime.start(t, { folder, environment: { ROWS_PORT: String(sender.port) } });
  const job = await TestJob.submit(runtime, { jobFile: jobFile('everyConnector') });
  let committed: number[] = [];
  for (const taskManager of ['tm-1', 'tm-2']) {
    await job.checkpoints(2, runtime.events.now);
    for (const kind of ['csv', 'json']) assert.ok(written(folder, kind).length < rowsOfSource, `${kind} is at work`);
    committed = written(folder, 'socket').map(({ id }) => id);
    assert.ok(committed.length > 0);
    const { now } = runtime.events;
    process.kill(await runtime.pidOf(taskManager), 'SIGKILL');
    await job.recovered(now);
  }
  const sent = sender.finish(500);
  await job.finished();

  for (const kind of ['csv', 'json']) {
    const rows = written(folder, kind);
    assert.equal(rows.length, rowsOfSource, `${kind} is complete`);
    assertNumbered(rows);
  }
  const rows = written(folder, 'socket');
  assertNumbered(rows);
  const ids = new Set(rows.map(({ id }) => id));
  assert.deepEqual(
    committed.filter((id) => !ids.has(id)),
    [],
    'what was visible stays',
  );
  assert.equal(sender.connections, 3);
  for (let id = sender.firstOfConnection; id < sent; id++) assert.ok(ids.has(id), `row ${id}, which could be read`);
  const hidden = readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /(^|\/)\.part-/.test(path),
  );
  assert.deepEqual(hidden, []);
});
