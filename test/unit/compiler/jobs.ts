import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The library as source; in the product it is the bundle dist/job-state.mjs. */
export const library = fileURLToPath(new URL('../../../runtime/api/index.ts', import.meta.url));

/** A fresh directory with these files; removed after the test. `job.ts` is the job, `out` the output directory. */
export function jobDirectory(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): { jobFile: string; outputDirectory: string; directory: string } {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'job-')));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return { directory, jobFile: join(directory, 'job.ts'), outputDirectory: directory };
}

/** A job with a line 7 to spoil: everything before `execute`. */
export function jobWith(...lines: readonly string[]): string {
  return [
    `import { GeneratorSource, PrintSink, StreamExecutionEnvironment, Types, WatermarkStrategy } from 'job-state';`,
    `const env = StreamExecutionEnvironment.getExecutionEnvironment();`,
    `interface Row { n: number }`,
    `const source = new GeneratorSource<Row>({ generate: (n) => ({ n }) });`,
    `const rows = env.fromSource(source, WatermarkStrategy.noWatermarks(), 'numbers').uid('numbers');`,
    ``,
    ...lines,
  ].join('\n');
}
