import { join } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../runtime/base/errors';
import { jobTemplate } from './jobTemplate';

/** Where the types of 'job-state' lie in a workspace, so that they stay when the extension is updated or removed. */
const typesFolder = '.job-state/types';

const tsconfig = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'ES2023',
      module: 'ESNext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      types: [],
      paths: { 'job-state': [`./${typesFolder}/runtime/api/index.d.ts`] },
    },
  },
  null,
  2,
)}\n`;

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

/**
 * Writes `<name>.ts` that runs as it is, the types of 'job-state', and a tsconfig.json when there is none. Resolves to the job's file;
 * rejects with `job.file-exists`.
 */
export async function writeNewJob(
  context: vscode.ExtensionContext,
  folder: vscode.Uri,
  name: string,
): Promise<vscode.Uri> {
  const file = vscode.Uri.joinPath(folder, `${name}.ts`);
  if (await exists(file)) {
    throw userError('job.file-exists', `${name}.ts is there already.`, 'Choose another name.', {
      subject: { file: file.fsPath },
    });
  }
  const types = vscode.Uri.file(join(context.extensionPath, 'dist', 'types'));
  await vscode.workspace.fs.copy(types, vscode.Uri.joinPath(folder, typesFolder), { overwrite: true });
  const ignore = vscode.Uri.joinPath(folder, '.job-state', '.gitignore');
  await vscode.workspace.fs.writeFile(ignore, Buffer.from('*\n'));
  const config = vscode.Uri.joinPath(folder, 'tsconfig.json');
  if (!(await exists(config))) await vscode.workspace.fs.writeFile(config, Buffer.from(tsconfig));
  await vscode.workspace.fs.writeFile(file, Buffer.from(jobTemplate(name)));
  return file;
}
