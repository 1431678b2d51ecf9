/** Errors that people caused or can mend: said in one sentence, without a stack. */

export class Failure extends Error {}

/** Runs a script's main function; its result is the exit code (nothing means 0). */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = 1;
  }
}
