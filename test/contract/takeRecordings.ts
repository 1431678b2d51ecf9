/**
 * Makes test/fixtures/flink-rest/<version>.json of a folder of recordings, one file a request:
 * `node --import tsx test/contract/takeRecordings.ts <folder of a version>`. Stack traces are cut to their first line, other long texts,
 * very deep trees and binary data are cut, too; fields and types stay as they were.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Json, Recording } from './recordings';

interface RecordedFile {
  readonly request: { readonly method: string; readonly path: string; readonly body: Json };
  readonly response: { readonly status: number; readonly contentType: string; readonly body: Json };
}

const longestText = 200;
const deepest = 12;

function cut(value: Json, depth = 0): Json {
  if (typeof value === 'string') return cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return depth > deepest ? [] : value.map((element) => cut(element as Json, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cut(each, depth + 1)]));
}

/** The first line of a stack trace; of the two-line form of an internal error the line behind the heading. */
function cutText(text: string): string {
  const trace = /^(<Exception on server side:\n)?([^\n]*)\n\s*at /.exec(text);
  return (trace === null ? text : `${trace[1] ?? ''}${trace[2] ?? ''}`).slice(0, longestText);
}

function take(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const lines = names.sort().map((name) => {
    const { request, response } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as RecordedFile;
    const recording: Recording = {
      ...request,
      status: response.status,
      contentType: response.contentType,
      answer: cut(response.body),
    };
    return `${JSON.stringify(basename(name, '.json'))}: ${JSON.stringify(recording)}`;
  });
  const file = join(import.meta.dirname, '../fixtures/flink-rest', `${basename(folder)}.json`);
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}

for (const folder of process.argv.slice(2)) take(folder);
