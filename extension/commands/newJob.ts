import { join } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../runtime/base/errors';

/** Where the types of 'job-state' lie in a workspace, so that they stay when the extension is updated or removed. */
const typesFolder = '.job-state/types';

/** A job that counts and can be looked into: source, keyed state, sink. */
export function jobTemplate(name: string): string {
  return `import {
  GeneratorSource,
  KeyedProcessFunction,
  PrintSink,
  StreamExecutionEnvironment,
  Types,
  ValueStateDescriptor,
  WatermarkStrategy,
  type Collector,
  type KeyedContext,
  type RuntimeContext,
  type ValueState,
} from 'job-state';

interface Click {
  user: string;
  timeMs: number;
}

/** Counts the clicks of each user; the count is keyed state: checkpointed, restored, shown in the Jobs view. */
class CountClicks extends KeyedProcessFunction<string, Click, string> {
  private count!: ValueState<number>;

  override open(context: RuntimeContext): void {
    this.count = context.getState(new ValueStateDescriptor('count', Types.LONG));
  }

  override processElement(click: Click, context: KeyedContext<string>, out: Collector<string>): void {
    const count = (this.count.value() ?? 0) + 1;
    this.count.update(count);
    if (count % 100 === 0) out.collect(\`\${context.getCurrentKey()}: \${count} clicks\`);
  }
}

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env.setParallelism(2);
env.enableCheckpointing(5_000);

env
  .fromSource(
    new GeneratorSource<Click>({
      generate: (index) => ({ user: \`user-\${index % 20}\`, timeMs: index * 10 }),
      rowsPerSecond: 200,
    }),
    WatermarkStrategy.forMonotonousTimestamps<Click>().withTimestampAssigner((click) => click.timeMs),
    'clicks',
  )
  .uid('clicks')
  .keyBy((click) => click.user, Types.STRING)
  .process(new CountClicks())
  .uid('count-clicks')
  .sinkTo(new PrintSink());

await env.execute('${name}');
`;
}

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
