/** The helpers of the tests that read and click a VS Code window, for the scripts that look at one. */
import { tsImport } from 'tsx/esm/api';

export const { VSCodeWindow } = await tsImport('../../test/vscode/window.ts', import.meta.url);
export const { waitForRunningJob } = await tsImport('../../test/vscode/runningJob.ts', import.meta.url);
