/** The small examples, run with the data that they are made for, and what they wrote. */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestRuntime } from './runtime';
import { TestJob } from './testJob';

/** A file of the npm package that the examples have their data from. */
export function dataFile(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/vega-datasets/data/${name}`, import.meta.url));
}

/** The elements of the file `flights-20k.json`. */
export function flightRows(): unknown {
  return JSON.parse(readFileSync(dataFile('flights-20k.json'), 'utf8')) as unknown;
}

/** Runs an example with its data to its end; on the way it loses a TaskManager. Returns its folder. */
export async function runExample(
  t: TestContext,
  example: string,
  data: readonly string[] = ['flights-20k.json'],
): Promise<string> {
  const runtime = await TestRuntime.start(t);
  const { folder } = runtime;
  cpSync(fileURLToPath(new URL(`../../examples/${example}`, import.meta.url)), folder, { recursive: true });
  for (const name of data) cpSync(dataFile(name), join(folder, name));
  const job = await TestJob.submit(runtime, { jobFile: join(folder, `${example}.ts`) });
  await job.checkpoints(2);
  const { now } = runtime.events;
  await job.kill('tm-1');
  await job.recovered(now);
  await job.finished();
  return folder;
}

/** The committed rows of a file sink. */
export function written<T>(folder: string, path: string): T[] {
  const out = join(folder, path);
  return readdirSync(out)
    .filter((name) => name.startsWith('part-'))
    .flatMap((name) => readFileSync(join(out, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
