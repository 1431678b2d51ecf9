import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { JobStateError } from '../../runtime/base/errors';
import { TestRuntime } from './runtime';
import { SuiteScope } from './scope';
import { TestJob } from './testJob';

/** Lines 1 to 5 of every job here; `rows` is a source of 1,000 numbers with the uid `numbers`. */
const head = `import { GeneratorSource, NdjsonSource, PrintSink, StreamExecutionEnvironment, WatermarkStrategy } from 'job-state';
const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.configure({ restartStrategy: { attempts: 0 } });
const numbers = new GeneratorSource<number>({ generate: (index) => index, count: 1000 });
const rows = env.fromSource(numbers, WatermarkStrategy.noWatermarks(), 'numbers').uid('numbers');
`;

/** A job in the folder of a runtime. */
function write({ folder }: TestRuntime, name: string, ...lines: string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `${head}${lines.join('\n')}\n`);
  return file;
}

/** The submission ends in this user error and leaves no job, no directory and no process. */
async function refused(
  runtime: TestRuntime,
  jobFile: string,
  code: string,
  ...texts: readonly string[]
): Promise<void> {
  const error: unknown = await TestJob.submit(runtime, { jobFile }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof JobStateError, 'an error');
  assert.deepEqual([error.code, error.domain], [code, 'user'], error.message);
  assert.notEqual(error.advice, '');
  for (const text of texts) assert.ok(error.message.includes(text), error.message);
  assert.deepEqual(await runtime.cluster.get('jobs', {}), []);
  assert.deepEqual(readdirSync(join(runtime.folder, '.job-state', 'jobs')), []);
  await runtime.sees('the end of the compiler', (all) => all.every(({ role }) => role !== 'compiler'));
}

describe('a job with an error of its author', () => {
  const scope = new SuiteScope();
  let runtime: TestRuntime;
  before(async () => {
    runtime = await TestRuntime.start(scope);
  });
  after(() => scope.end());

  test('that does not compile is refused with file, line and column', async () => {
    const file = write(runtime, 'syntax.ts', 'const broken = ;');
    await refused(runtime, file, 'job.does-not-compile', `${file}:6:16: `);
  });

  test('that throws while it builds its graph is refused with the line', async () => {
    const file = write(runtime, 'throws.ts', `throw new Error('not today');`);
    await refused(runtime, file, 'job.throws', 'not today', `${file}:6`);
  });

  test('that has no sink is refused with the line', async () => {
    const file = write(runtime, 'dry.ts', `rows.map((row) => row + 1);`, `await env.execute('dry');`);
    await refused(runtime, file, 'job.no-sink', 'has no sink');
  });

  test('that uses a uid twice is refused with both lines', async () => {
    const file = write(
      runtime,
      'twice.ts',
      `rows.map((row) => row)`,
      `  .uid('numbers').print();`,
      `await env.execute('twice');`,
    );
    await refused(runtime, file, 'job.duplicate-uid', `${file}:5`, `${file}:7`);
  });

  test('that ends its process is refused', async () => {
    await refused(runtime, write(runtime, 'exits.ts', `process.exit(3);`), 'job.compiler-ended', 'exit code 3');
  });

  test('that needs more slots than there are is refused with the numbers', async () => {
    const file = write(runtime, 'wide.ts', `env.setParallelism(5);`, `rows.print();`, `await env.execute('wide');`);
    await refused(runtime, file, 'job.too-few-slots', 'needs 5 slots', 'has 4');
  });
});

test('a job that never comes to its end is refused after the time-out, and its process is gone', async (t) => {
  const runtime = await TestRuntime.start(t, { settings: { limits: { compileTimeoutMs: 1_500 } } });
  const file = write(runtime, 'endless.ts', `let turns = 1;`, `while (turns > 0) turns += 1;`);
  await refused(runtime, file, 'job.compile-timeout', '1.5 s');
});

describe('a job that fails by its input or its functions', () => {
  const scope = new SuiteScope();
  let runtime: TestRuntime;
  before(async () => {
    runtime = await TestRuntime.start(scope);
  });
  after(() => scope.end());

  function submit(name: string, ...lines: string[]): Promise<TestJob> {
    return TestJob.submit(runtime, { jobFile: write(runtime, name, ...lines) });
  }

  /** Ten lines, of which the fourth is no JSON. */
  function writeInput(): void {
    const lines = Array.from({ length: 10 }, (_, index) => (index === 3 ? '{"n": oops' : `{"n": ${index}}`));
    writeFileSync(join(runtime.folder, 'input.ndjson'), `${lines.join('\n')}\n`);
  }

  function readInput(onError: 'fail' | 'skip'): string {
    const source = `new NdjsonSource<{ n: number }>({ path: 'input.ndjson', onError: '${onError}' })`;
    return `env.fromSource(${source}, WatermarkStrategy.noWatermarks(), 'input').uid('input').map((row) => row.n).print();`;
  }

  test('a line that does not parse fails the job with file and line', async () => {
    writeInput();
    const job = await submit('failing.ts', `rows.print();`, readInput('fail'), `await env.execute('failing');`);
    await job.status('FAILED');
    const { failure } = await job.details();
    assert.match(failure?.text ?? '', /input\.ndjson/);
    assert.match(failure?.text ?? '', /line 4|:4\b/);
  });

  test('a line that does not parse is skipped and counted where the job wants it', async () => {
    writeInput();
    const job = await submit('skipping.ts', `rows.print();`, readInput('skip'), `await env.execute('skipping');`);
    await job.finished();
    const operators = await runtime.cluster.get('operators', { job: job.id });
    const notes = operators.find(({ uid }) => uid === 'input')?.notes;
    assert.equal(notes?.['linesSkipped'], 1, JSON.stringify(notes));
  });

  test('a function that throws fails the job with the line of the .ts file', async () => {
    const job = await submit(
      'thrower.ts',
      `rows.map((row) => {`,
      `  if (row === 500) throw new Error('five hundred');`,
      `  return row;`,
      `}).name('checked').print();`,
      `await env.execute('thrower');`,
    );
    await job.status('FAILED');
    const { failure } = await job.details();
    assert.match(failure?.text ?? '', /checked failed .*500.*five hundred/);
    assert.match(failure?.stack ?? '', /thrower\.ts:7:\d+/);
  });
});
