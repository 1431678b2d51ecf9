import { pathToFileURL } from 'node:url';

let evaluations = 0;

/**
 * Evaluates a module of the given absolute path afresh at each call: Node caches modules by URL, and each call asks for another query.
 * So every task has function objects of its own. An evaluated module is never freed; a job's bundle is small.
 */
export function importModule(path: string): Promise<unknown> {
  evaluations += 1;
  // Stack traces shall name the author's lines. Not with a flag of the process, which would read the maps of our own bundles at every start.
  process.setSourceMapsEnabled(true);
  return import(`${pathToFileURL(path).href}?evaluation=${evaluations}`);
}
