/**
 * Runs tests so that what they print is seen: of everything that the extension host says, the launcher shows only what lies between
 * these two lines. A failure is printed, too, because only the exit code of the run arrives.
 */
export async function printing(run: () => Promise<void>): Promise<void> {
  process.setSourceMapsEnabled(true);
  console.log('job-state tests: begin');
  try {
    await run();
  } catch (error) {
    console.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    throw error;
  } finally {
    console.log('job-state tests: end');
  }
}
