/** A process that owns a runtime, for tests that kill it: folder and program are its arguments, it prints what the runtime is reached by. */
import { launchRuntime } from '../../runtime/host/launch';

const [folder = '', program = ''] = process.argv.slice(2);
const { url, token, pid } = await launchRuntime({
  settings: { folder, taskManagers: 2, slotsPerTaskManager: 2, logLevel: 'info' },
  program,
  onLog: () => undefined,
  onExit: () => undefined,
});
process.stdout.write(`${JSON.stringify({ url, token, pid })}\n`);
