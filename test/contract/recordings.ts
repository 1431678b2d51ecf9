import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A request to a real Flink and what it answered. */
export interface Recording {
  readonly method: string;
  readonly path: string;
  /** A text is sent as it is. */
  readonly body: Json;
  readonly status: number;
  readonly contentType: string;
  readonly answer: Json;
}

/** The recordings of a version by name, as takeRecordings.ts made them. */
export function recordingsOf(version: '1.20.5' | '2.2.1'): Readonly<Record<string, Recording>> {
  const file = join(import.meta.dirname, '../fixtures/flink-rest', `${version}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Recording>>;
}
