/** The example as a workspace of its own, with its data beside it, so that running it leaves the checkout as it is. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { removeAtEnd } from './cleanup.mjs';
import { Failure } from './failure.mjs';
import { fromRoot, temporaryFolder } from './paths.mjs';

/** The 3,000,000 flights that the example reads; they come with the npm package vega-datasets. */
const data = 'flights-3m.parquet';

/** Copies the example and its data into a folder. */
export function copyExample(target) {
  const source = fromRoot('examples', 'flights');
  if (!existsSync(source)) throw new Failure('The example examples/flights is not there.');
  cpSync(source, target, { recursive: true });
  cpSync(fromRoot('node_modules', 'vega-datasets', 'data', data), join(target, data));
}

/** A temporary copy of the example, removed at the end. */
export function exampleWorkspace() {
  const folder = join(removeAtEnd(temporaryFolder('example')), 'flights');
  copyExample(folder);
  return folder;
}
