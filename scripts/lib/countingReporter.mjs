/**
 * A reporter of node:test: prints a line for each file of tests and everything about what failed, and writes the counts to the file
 * that JOB_STATE_TEST_COUNTS names. Only single tests count; a suite counts when it failed by itself (a hook that threw, say).
 * A file without any test is a failure, because it would otherwise pass for a tested one.
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspect } from 'node:util';

const relativePath = (file) => relative(process.cwd(), file);

/** Sorts an event: what it adds to the counts, or undefined when it does not count. */
function outcome({ type, data }) {
  const { details, name, file, skip, todo } = data;
  if (type === 'test:fail') {
    if (todo !== undefined && todo !== false) return 'skipped';
    return details.error?.failureType === 'subtestsFailed' ? undefined : 'failed';
  }
  if (details.type === 'suite') return undefined;
  if (skip !== undefined && skip !== false) return 'skipped';
  return name === file ? 'empty' : 'passed';
}

/** What failed and where, with the assertion's own message and the stack. */
function describeFailure({ name, file, line, details }) {
  const { error } = details;
  const cause = error?.cause instanceof Error || typeof error?.cause === 'object' ? error.cause : error;
  const text = inspect(cause, { depth: 8, colors: false }).replace(/\n\s+at .*\bnode:internal\/.*$/gm, '');
  return `\n  FAILED  ${name}\n          ${relativePath(file ?? '')}:${line ?? ''}\n${text.replace(/^/gm, '    ')}\n`;
}

/** The files of tests, each with its counts, its time and what it printed. */
class Files {
  #files = new Map();

  of(file) {
    const path = file ?? '(no file)';
    if (!this.#files.has(path))
      this.#files.set(path, { path, passed: 0, failed: 0, skipped: 0, durationMs: 0, printed: '' });
    return this.#files.get(path);
  }

  all() {
    return [...this.#files.values()];
  }
}

/** One line for each file, and what the files with failures printed themselves. */
function* summary(files) {
  for (const { path, passed, failed, skipped, durationMs, printed } of files) {
    const parts = [
      `${passed} passed`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ];
    yield `  ${failed > 0 ? 'x' : '-'} ${relativePath(path)}: ${parts.join(', ')} (${(durationMs / 1000).toFixed(1)} s)\n`;
    if (failed > 0 && printed) yield `${printed.trimEnd().replace(/^/gm, '      | ')}\n`;
  }
}

export default async function* countingReporter(source) {
  const files = new Files();
  for await (const event of source) {
    const { type, data } = event;
    if (type === 'test:stdout' || type === 'test:stderr') files.of(data.file).printed += data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const file = files.of(data.file);
    if (data.nesting === 0) file.durationMs += data.details.duration_ms;
    const kind = outcome(event);
    if (kind === 'empty') {
      file.failed += 1;
      yield `\n  FAILED  ${relativePath(data.file)} has no test in it\n`;
    } else if (kind) {
      file[kind] += 1;
      if (kind === 'failed') yield describeFailure(data);
    }
  }
  yield* summary(files.all());
  const total = (key) => files.all().reduce((sum, file) => sum + file[key], 0);
  const target = process.env.JOB_STATE_TEST_COUNTS;
  if (target)
    writeFileSync(
      target,
      JSON.stringify({ passed: total('passed'), failed: total('failed'), skipped: total('skipped') }),
    );
}
