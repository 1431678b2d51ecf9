import { constants } from 'node:fs';
import { access, copyFile, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { externalError } from '../../runtime/base/errors';

const data = 'flights-3m.parquet';
const jobFile = 'flights.ts';

const exists = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );

/** The data lies beside the example in the package, and in node_modules in a checkout. */
async function dataFile(extension: string): Promise<string> {
  const places = [join(extension, 'examples', 'flights'), join(extension, 'node_modules', 'vega-datasets', 'data')];
  for (const place of places) if (await exists(join(place, data))) return join(place, data);
  throw externalError('example.no-data', `The example's data ${data} is missing.`, 'Install the extension again.');
}

async function copyMissing(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  if (target?.size !== source.size) await copyFile(from, to);
}

/**
 * Puts the flights example into `flights/` of the workspace folder, or into the extension's own storage when no folder is open; files
 * that are there stay as they are. A folder that is the example itself is used as it is. Resolves to the job's file.
 */
export async function copyFlights(context: vscode.ExtensionContext): Promise<string> {
  const folder = await targetFolder();
  const own = folder === undefined ? undefined : join(folder, jobFile);
  const isExample = own !== undefined && (await exists(own)) && (await exists(join(folder ?? '', data)));
  if (own !== undefined && isExample) return own;
  const target = join(folder ?? context.globalStorageUri.fsPath, 'flights');
  const source = join(context.extensionPath, 'examples', 'flights');
  await mkdir(target, { recursive: true });
  for (const name of await readdir(source)) {
    if (name.endsWith('.ts') && !(await exists(join(target, name))))
      await copyFile(join(source, name), join(target, name));
  }
  await copyMissing(await dataFile(context.extensionPath), join(target, data));
  return join(target, jobFile);
}

async function targetFolder(): Promise<string | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0]?.uri.fsPath;
  const chosen = await vscode.window.showWorkspaceFolderPick({
    placeHolder: 'Put the flights example into which folder?',
  });
  return chosen?.uri.fsPath;
}
