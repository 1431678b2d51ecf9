/** Errors that people caused or can mend: said in one sentence, without a stack. */

export class Failure extends Error {}

/** True for errors whose message says it all; esbuild, for one, has printed where the source is wrong. */
const isExplained = (error) => error instanceof Failure || Array.isArray(error?.errors);

/** Runs a script's main function; its result is the exit code (nothing means 0). */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    console.error(isExplained(error) ? error.message : error);
    process.exitCode = 1;
  }
}
