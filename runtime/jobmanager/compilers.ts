import type { Child, Env } from '../base/env';
import { errorFromData, userError } from '../base/errors';
import type { ExecutionSettings } from '../graph/executionConfig';
import type { FromCompiler } from '../wire/messages';

type Compiled = Extract<FromCompiler, { m: 'compiled' }>;

export interface CompileRequest {
  readonly jobFile: string;
  /** Exists; names the request. */
  readonly outputDirectory: string;
  /** Take the place of the job's own settings. */
  readonly overrides: ExecutionSettings;
}

/** The compiler children, one per submission; user code runs there and may do what it likes, but not for ever. */
export class Compilers {
  private readonly waiting = new Map<string, (message: FromCompiler) => void>();
  private readonly children = new Set<Child>();

  constructor(
    private readonly env: Env,
    private readonly timeoutMs: number,
  ) {}

  /** A child has said what it made; those that were given up are not heard. */
  received(message: FromCompiler): void {
    this.waiting.get(message.outputDirectory)?.(message);
  }

  /**
   * @param jobManager the address that the child connects to
   * @throws JobStateError what the compiler says; `job.compile-timeout`, `job.compiler-ended`
   */
  async compile(request: CompileRequest, jobManager: string): Promise<Compiled> {
    const { jobFile, outputDirectory, overrides } = request;
    const child = this.env.spawn({
      role: 'compiler',
      jobFile,
      outputDirectory,
      overrides: { ...overrides },
      jobManager,
    });
    this.children.add(child);
    try {
      return await new Promise<Compiled>((resolve, reject) => {
        this.waiting.set(outputDirectory, (message) => {
          if (message.m === 'compiled') resolve(message);
          else reject(errorFromData(message.error));
        });
        const timer = this.env.clock.after(this.timeoutMs, 'real', () => reject(this.tookTooLong(jobFile)));
        child.onExit((exit) => {
          timer.dispose();
          const how = exit.signal ?? `exit code ${exit.code ?? 'unknown'}`;
          const output = exit.lastOutput.trim().slice(-500);
          // Its message may still be on its way.
          this.env.clock.after(lastMessageMs, 'real', () =>
            reject(
              userError(
                'job.compiler-ended',
                `The job's file ended the process that builds its graph (${how})${output === '' ? '.' : `: ${output}`}`,
                'Do not call process.exit() in the job; end its file with execute().',
                { subject: { file: jobFile } },
              ),
            ),
          );
        });
      });
    } finally {
      this.waiting.delete(outputDirectory);
      this.children.delete(child);
      child.kill('SIGKILL');
    }
  }

  /** Ends those at work; their submissions fail. */
  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }

  private tookTooLong(jobFile: string): Error {
    return userError(
      'job.compile-timeout',
      `The job's file did not build its graph within ${this.timeoutMs / 1000} s.`,
      'Look for an endless loop, or for something that waits, before execute().',
      { subject: { file: jobFile } },
    );
  }
}

const lastMessageMs = 500;
