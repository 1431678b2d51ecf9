import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadStreamGraph } from '../../../runtime/api/loadStreamGraph';
import { JobStateError } from '../../../runtime/base/errors';
import { buildJob, type CompiledJob } from '../../../runtime/compiler/buildJob';
import type { ExecutionSettings } from '../../../runtime/graph/executionConfig';
import { importModule } from '../../../runtime/host/importModule';
import { jobDirectory, jobWith, library } from './jobs';

process.setSourceMapsEnabled(true);
const run = promisify(execFile);

const good = jobWith(`rows.map((row) => row.n).sinkTo(new PrintSink()).uid('out');`, `await env.execute('good');`);

async function build(t: TestContext, text: string, overrides?: ExecutionSettings): Promise<CompiledJob> {
  return await buildJob({ ...jobDirectory(t, { 'job.ts': text }), library, ...(overrides ? { overrides } : {}) });
}

/** The user error that this job ends in; its paths are relative to the job's directory. */
async function failure(
  t: TestContext,
  text: string,
  files: Record<string, string> = {},
): Promise<Partial<JobStateError>> {
  const directories = jobDirectory(t, { 'job.ts': text, ...files });
  const relative = (path: string): string => path.replaceAll(`${directories.directory}/`, '');
  try {
    await buildJob({ ...directories, library });
  } catch (error) {
    assert.ok(error instanceof JobStateError, String(error));
    assert.equal(error.domain, 'user', String(error));
    assert.notEqual(error.advice, '');
    const { file } = error.subject;
    const subject = { ...error.subject, ...(file === undefined ? {} : { file: relative(file) }) };
    return { code: error.code, message: relative(error.message), subject };
  }
  return assert.fail('the job was built');
}

describe('building a job', () => {
  test('gives the job graph with the lines of the .ts file', async (t) => {
    const { jobGraph, baseDirectory, bundlePath } = await build(t, good);
    assert.equal(jobGraph.jobName, 'good');
    assert.deepEqual(
      jobGraph.vertices.map((vertex) => vertex.name),
      ['Source: numbers -> Map -> Sink: Writer'],
    );
    assert.deepEqual(
      jobGraph.vertices[0]?.operators.map(({ uid, location }) => [uid, location?.file, location?.line]),
      [
        ['numbers', join(baseDirectory, 'job.ts'), 5],
        [undefined, join(baseDirectory, 'job.ts'), 7],
        ['out', join(baseDirectory, 'job.ts'), 7],
      ],
    );
    assert.ok(existsSync(bundlePath));
  });

  test('goes through JSON unchanged', async (t) => {
    const compiled = await build(t, good);
    assert.deepEqual(JSON.parse(JSON.stringify(compiled)), compiled);
  });

  test('lets the run override the settings of the job, and makes directories absolute', async (t) => {
    const text = jobWith(
      `env.setParallelism(2).enableCheckpointing(500).configure({ savepointDirectory: 'kept' });`,
      `rows.print();`,
      `await env.execute();`,
    );
    const { jobGraph, config, baseDirectory } = await build(t, text, { parallelism: 3, checkpointDirectory: '/cp' });
    assert.equal(jobGraph.vertices[0]?.parallelism, 3);
    assert.equal(config.checkpointing.intervalMs, 500);
    assert.equal(config.checkpointDirectory, '/cp');
    assert.equal(config.savepointDirectory, join(baseDirectory, 'kept'));
  });

  test('bundles what the job imports: other files, JSON and CommonJS packages that need node:modules', async (t) => {
    const directories = jobDirectory(t, {
      'job.ts': good.replace('row.n', 'scale(row.n)') + `\nimport { scale } from './scale';`,
      'scale.ts': `import factors from './factors.json';\nimport old from './old.cjs';\nexport const scale = (n: number) => old(n) * factors.two;`,
      'factors.json': '{"two": 2}',
      'old.cjs': `const { sep } = require('node:path'); module.exports = (n) => n + sep.length;`,
    });
    const { bundlePath } = await buildJob({ ...directories, library });
    const { nodes } = await loadStreamGraph(bundlePath, importModule);
    const operator = nodes[1]?.operator;
    assert.equal(operator?.kind === 'map' ? operator.map({ n: 3 }) : undefined, 8);
  });

  test('gives every load, also at the same time, function objects and module variables of its own', async (t) => {
    const text = jobWith(`let calls = 0;`, `rows.map(() => ++calls).print();`, `await env.execute();`);
    const { bundlePath } = await build(t, text);
    const load = async (): Promise<(value: unknown) => unknown> => {
      const operator = (await loadStreamGraph(bundlePath, importModule)).nodes[1]?.operator;
      assert.ok(operator?.kind === 'map');
      return operator.map;
    };
    const maps = await Promise.all([load(), load()]);
    maps.push(await load());
    assert.deepEqual(
      maps.map((map) => map(0)),
      [1, 1, 1],
    );
  });

  test('stack traces of user functions name the line of the .ts file', async (t) => {
    const text = jobWith(
      `rows.map((row) => {`,
      `  throw new Error('row ' + row.n);`,
      `}).print();`,
      `await env.execute();`,
    );
    const { bundlePath } = await build(t, text);
    const operator = (await loadStreamGraph(bundlePath, importModule)).nodes[1]?.operator;
    assert.ok(operator?.kind === 'map');
    const { map } = operator;
    assert.throws(
      () => map({ n: 1 }),
      (error: Error) => /job\.ts:8:9/.test(error.stack ?? ''),
    );
  });
});

describe('a job that cannot be built', () => {
  test('that does not compile is refused with line and column', async (t) =>
    assert.deepEqual(await failure(t, jobWith(`const x = ;`)), {
      code: 'job.does-not-compile',
      message: 'The job does not compile: job.ts:7:11: Unexpected ";"',
      subject: { file: 'job.ts', position: 7 },
    }));

  test('that imports a file that does not compile is refused with that file', async (t) => {
    const { message, subject } = await failure(t, `import './other';`, { 'other.ts': '\n\nfunction {' });
    assert.match(message ?? '', /^The job does not compile: other\.ts:3:10: /);
    assert.deepEqual(subject, { file: 'other.ts', position: 3 });
  });

  test('that imports what is not there is refused with the line of the import', async (t) => {
    const { code, message, subject } = await failure(t, jobWith(`import x from 'no-such-package';`, `x();`));
    assert.equal(code, 'job.does-not-compile');
    assert.match(message ?? '', /job\.ts:7:15: Could not resolve "no-such-package"/);
    assert.deepEqual(subject, { file: 'job.ts', position: 7 });
  });

  test('shows the first five errors and counts the rest', async (t) => {
    const imports = Array.from({ length: 8 }, (_, index) => `import 'missing-${index}';`);
    const { message } = await failure(t, imports.join('\n'));
    assert.equal(message?.split('\n').length, 6);
    assert.match(message, /and 3 more errors$/);
  });

  test('that is not there is refused', async (t) => {
    const directories = jobDirectory(t, {});
    await assert.rejects(buildJob({ ...directories, library }), {
      code: 'job.not-found',
      message: `There is no job file ${directories.jobFile}.`,
    });
    await assert.rejects(buildJob({ ...directories, jobFile: directories.directory, library }), {
      code: 'job.not-found',
    });
  });

  test('that throws while it builds its graph is refused with the line', async (t) => {
    const { code, message, subject } = await failure(t, jobWith(`JSON.parse('{');`));
    assert.equal(code, 'job.throws');
    assert.match(
      message ?? '',
      /^The job failed while it built its graph, at job\.ts:7: SyntaxError: Expected property/,
    );
    assert.deepEqual(subject, { file: 'job.ts', position: 7 });
  });

  test('that is reached through a link and throws is refused with the line', async (t) => {
    const { directory } = jobDirectory(t, { 'job.ts': jobWith(`throw new Error('no');`) });
    const link = `${directory}-link`;
    symlinkSync(directory, link);
    t.after(() => rmSync(link));
    const building = buildJob({ jobFile: join(link, 'job.ts'), outputDirectory: directory, library });
    await assert.rejects(building, { code: 'job.throws', subject: { file: join(directory, 'job.ts'), position: 7 } });
  });

  test('that throws something that is no error is refused all the same', async (t) => {
    const { code, message } = await failure(t, jobWith(`throw 'no';`));
    assert.equal(code, 'job.throws');
    assert.match(message ?? '', /: no$/);
  });

  test('that throws in a promise nobody awaits is refused with the line', async (t) => {
    const text = jobWith(`async function main() {`, `  throw new Error('unseen');`, `}`, `void main();`);
    const { jobFile } = jobDirectory(t, { 'job.ts': text });
    const child = fileURLToPath(new URL('child.ts', import.meta.url));
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--enable-source-maps', child, jobFile]);
    assert.deepEqual(JSON.parse(stdout), { code: 'job.throws', position: 8 });
  });

  test('that gives a bad setting is refused with the field and the line', async (t) =>
    assert.deepEqual(await failure(t, jobWith(`rows.map((row) => row)`, `  .setParallelism(0);`)), {
      code: 'job.bad-setting',
      message: 'parallelism is 0, but must be an integer from 1 to 32768.',
      subject: { field: 'parallelism', file: 'job.ts', position: 8 },
    }));

  test('that keys by a type without a Java hash code is refused with the line', async (t) => {
    const { code, subject } = await failure(t, jobWith(`rows.keyBy((row) => new Uint8Array(row.n), Types.BYTES);`));
    assert.equal(code, 'type.not-a-key');
    assert.deepEqual(subject, { file: 'job.ts', position: 7 });
  });

  test('that never calls execute is refused', async (t) =>
    assert.deepEqual(await failure(t, jobWith(`rows.print();`)), {
      code: 'job.no-execute',
      message: 'The job never calls execute().',
      subject: { file: 'job.ts' },
    }));

  test('that calls execute twice is refused with both lines', async (t) =>
    assert.deepEqual(await failure(t, jobWith(`rows.print();`, `await env.execute('a');`, `await env.execute('b');`)), {
      code: 'job.executes-twice',
      message: 'The job calls execute() 2 times: job.ts:8, job.ts:9.',
      subject: { file: 'job.ts', position: 9 },
    }));

  test('that has no sink is refused with the line of execute', async (t) =>
    assert.deepEqual(await failure(t, jobWith(`rows.map((row) => row);`, `await env.execute('dry');`)), {
      code: 'job.no-sink',
      message: 'The job "dry" has no sink, so that nothing would come out of it.',
      subject: { file: 'job.ts', position: 8 },
    }));

  test('that uses a uid twice is refused with both lines', async (t) =>
    assert.deepEqual(
      await failure(t, jobWith(`rows.map((row) => row)`, `  .uid('numbers')`, `  .print();`, `await env.execute();`)),
      {
        code: 'job.duplicate-uid',
        message: `Two operators have the uid "numbers": 'Source: numbers' at job.ts:5 and 'Map' at job.ts:8.`,
        subject: { operator: 'numbers', field: 'uid', file: 'job.ts', position: 8 },
      },
    ));
});
