/**
 * `npm test`: checks and builds, two at a time, then runs all tests, stage by stage; two cores are enough. Prints what fails and the time of each stage,
 * and ends with the sums over all stages, `N passed, N failed`. A failed check counts as one failure.
 * `--only unit,vscode` runs these stages alone.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { cleanUp } from './lib/cleanup.mjs';
import { inWords, noTests, sum, takeCounts } from './lib/counts.mjs';
import { Failure, main } from './lib/failure.mjs';
import { markName, stopLeftovers } from './lib/leftovers.mjs';
import { fromRoot } from './lib/paths.mjs';
import { run } from './lib/processes.mjs';
import { stages } from './lib/stages.mjs';

const oneFailure = { ...noTests, failed: 1 };

/** The stages that `--only` names, or all that need not be named. */
function chosenStages() {
  const all = stages();
  const at = process.argv.indexOf('--only');
  if (at < 0) return all.filter(({ onlyWhenNamed }) => !onlyWhenNamed);
  const names = (process.argv[at + 1] ?? '').split(',');
  const unknown = names.find((name) => !all.some((stage) => stage.name === name));
  if (unknown !== undefined)
    throw new Failure(`There is no stage "${unknown}"; the stages are ${all.map(({ name }) => name).join(', ')}.`);
  return all.filter(({ name }) => names.includes(name));
}

/** The counts of a stage of tests, from what its runner wrote and how it ended; whatever does not fit is a failure. */
function judge(stage, counts, code) {
  if (counts === undefined) return oneFailure;
  if (counts.passed + counts.failed + counts.skipped === 0) {
    console.log(`The stage ${stage.name} ran no test.`);
    return { ...counts, failed: 1 };
  }
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** Runs one stage and resolves to its counts. The output of tests is shown as it comes, that of a check only when it fails. */
async function runStage(stage, mark) {
  if (stage.files?.length === 0) return judge(stage, noTests, 0);
  const countsFile = fromRoot('out', `counts-${stage.name}.json`);
  takeCounts(countsFile);
  const env = { ...process.env, [markName]: mark, JOB_STATE_TEST_COUNTS: countsFile };
  let failed = 0;
  for (const [command, ...args] of stage.commands) {
    const { code, output, timedOut } = await run(command, args, {
      env,
      limitMs: stage.limitMs,
      show: stage.files !== undefined,
    });
    if (timedOut) console.log(`The stage ${stage.name} was stopped after ${stage.limitMs / 1000} s.`);
    if (stage.files) return judge(stage, takeCounts(countsFile), code);
    if (code === 0) continue;
    failed += 1;
    console.log(output.trimEnd());
  }
  return { ...noTests, failed };
}

/** Runs a stage and tells its time, too. */
async function timed(stage, mark) {
  console.log(`\n== ${stage.name}`);
  const startedMs = Date.now();
  const counts = await runStage(stage, mark);
  return { name: stage.name, counts, seconds: (Date.now() - startedMs) / 1000 };
}

/** Checks and builds do not depend on each other and have a core each; tests have the machine for themselves. */
async function runStages(chosen, mark) {
  const results = [];
  const waiting = chosen.filter(({ files }) => files === undefined);
  const worker = async () => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift())
      results.push(await timed(stage, mark));
  };
  await Promise.all([worker(), worker()]);
  for (const stage of chosen.filter(({ files }) => files !== undefined)) results.push(await timed(stage, mark));
  return results;
}

await main(async () => {
  const mark = randomUUID();
  mkdirSync(fromRoot('out'), { recursive: true });
  const results = [];
  try {
    results.push(...(await runStages(chosenStages(), mark)));
    const left = await stopLeftovers(mark);
    if (left > 0) results.push({ name: 'left running', counts: oneFailure, seconds: 0 });
  } finally {
    await cleanUp();
  }
  console.log();
  for (const { name, counts, seconds } of results)
    console.log(`${name.padEnd(14)}${seconds.toFixed(1).padStart(6)} s   ${stageInWords(counts)}`);
  const total = sum(results.map(({ counts }) => counts));
  console.log(inWords(total));
  return total.failed === 0 && total.passed + total.skipped > 0 ? 0 : 1;
});

function stageInWords(counts) {
  if (counts.passed + counts.failed + counts.skipped === 0) return 'ok';
  return inWords(counts);
}
