import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import ts from 'typescript';
import { buildJob } from '../../../runtime/compiler/buildJob';
import { newJobFiles } from '../../../runtime/compiler/newJob';
import { jobDirectory, library } from './jobs';

const root = dirname(dirname(dirname(library)));

describe('a new job', () => {
  test('is built as it is, with its name', async (t) => {
    const { job } = newJobFiles('My "first" job', library);
    const { outputDirectory } = jobDirectory(t, { [job.path]: job.text });
    assert.equal(job.path, 'my-first-job.ts');
    const compiled = await buildJob({ jobFile: join(outputDirectory, job.path), outputDirectory, library });
    assert.equal(compiled.jobGraph.jobName, 'My "first" job');
    assert.deepEqual(
      compiled.jobGraph.vertices.map((vertex) => vertex.name),
      ['Source: readings', 'hourly average -> averages: Writer'],
    );
  });

  test('has no type errors under its tsconfig, which finds the library by path alone', (t) => {
    const { job, tsconfig } = newJobFiles('job', library);
    const { directory, jobFile } = jobDirectory(t, { [job.path]: job.text, [tsconfig.path]: tsconfig.text });
    assert.deepEqual(typeErrors(directory, [jobFile]), []);
    writeFileSync(jobFile, job.text.replace('count + 1', `'count'`));
    assert.match(typeErrors(directory, [jobFile]).join(), /Type 'string' is not assignable to type 'number'/);
  });

  const paths: readonly [path: string, written: string][] = [
    ['types/index.d.ts', './types/index.d.ts'],
    ['../types/index.d.ts', '../types/index.d.ts'],
    ['/ext/index.d.ts', '/ext/index.d.ts'],
    ['C:\\ext\\index.d.ts', 'C:/ext/index.d.ts'],
  ];
  for (const [path, written] of paths) {
    test(`its tsconfig names the types at ${path} as ${written}`, () => {
      const { tsconfig } = newJobFiles('job', path);
      const { compilerOptions } = JSON.parse(tsconfig.text) as { compilerOptions: { paths: unknown } };
      assert.deepEqual(compilerOptions.paths, { 'job-state': [written] });
    });
  }

  test('without a usable letter in its name is called job', () => {
    assert.equal(newJobFiles('!?', library).job.path, 'job.ts');
  });
});

/** The types of Node are added, because here the library is source and not declarations. */
function typeErrors(directory: string, files: readonly string[]): string[] {
  const config = ts.readConfigFile(join(directory, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, directory);
  const typeRoots = [join(root, 'node_modules/@types')];
  const program = ts.createProgram(files, { ...options, types: ['node'], typeRoots });
  const diagnostics = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  for (const file of files) diagnostics.push(...program.getSemanticDiagnostics(program.getSourceFile(file)));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
