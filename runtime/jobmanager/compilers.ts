import type { Child, Env } from '../base/env';
import { errorFromData, userError } from '../base/errors';
import type { ControlConnection, FromChild, ToChild } from '../wire/control';
import type { FromCompiler, ToCompiler } from '../wire/messages';

type Compiled = Extract<FromCompiler, { m: 'compiled' }>;
type CompilerConnection = Pick<ControlConnection<ToChild, FromChild>, 'send'>;

export type CompileRequest = Omit<ToCompiler, 'm'>;

/** A child that has not been asked anything yet. */
interface Compiler {
  readonly child: Child;
  readonly connected: Promise<CompilerConnection>;
  readonly onReady: (connection: CompilerConnection) => void;
}

/** A child that nobody asks for so long is ended: it holds memory. */
const reserveMs = 60_000;
const lastMessageMs = 500;

/**
 * The compiler children: user code runs there and may do what it likes, but not for ever. Each compiles one job. The first is started
 * with the runtime, so that it is ready when the first job comes; the others when they are needed.
 */
export class Compilers {
  private readonly waiting = new Map<string, (message: Exclude<FromCompiler, { m: 'compilerReady' }>) => void>();
  private readonly compilers = new Map<number, Compiler>();
  private reserve: Compiler | undefined;
  private address = '';

  constructor(
    private readonly env: Pick<Env, 'clock' | 'spawn'>,
    private readonly timeoutMs: number,
  ) {}

  /** @param address of the JobManager, which children connect to */
  start(address: string): void {
    this.address = address;
    const reserve = this.spawn();
    this.reserve = reserve;
    // Given up before it is ended: until its end is known, a job would be given to a child that is dying.
    const giveUp = (): void => {
      if (this.reserve === reserve) this.reserve = undefined;
    };
    const timer = this.env.clock.after(reserveMs, 'real', () => {
      if (this.reserve !== reserve) return;
      giveUp();
      reserve.child.kill('SIGKILL');
    });
    reserve.child.onExit(() => {
      timer.dispose();
      giveUp();
    });
  }

  /** A child is ready, or has said what it made; those that were given up are not heard. */
  received(connection: CompilerConnection, message: FromCompiler): void {
    if (message.m === 'compilerReady') this.compilers.get(message.pid)?.onReady(connection);
    else this.waiting.get(message.outputDirectory)?.(message);
  }

  /** @throws JobStateError what the compiler says; `job.compile-timeout`, `job.compiler-ended` */
  async compile(request: CompileRequest): Promise<Compiled> {
    const { jobFile, outputDirectory } = request;
    const { child, connected } = this.takeReserve() ?? this.spawn();
    try {
      return await new Promise<Compiled>((resolve, reject) => {
        this.waiting.set(outputDirectory, (message) => {
          if (message.m === 'compiled') resolve(message);
          else reject(errorFromData(message.error));
        });
        void connected.then((connection) => connection.send({ m: 'compile', ...request }));
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
      child.kill('SIGKILL');
    }
  }

  /** Ends them all; the submissions of those at work fail. */
  close(): void {
    for (const { child } of this.compilers.values()) child.kill('SIGKILL');
  }

  private spawn(): Compiler {
    let onReady: Compiler['onReady'] = () => undefined;
    const connected = new Promise<CompilerConnection>((resolve) => (onReady = resolve));
    const child = this.env.spawn({ role: 'compiler', jobManager: this.address });
    const compiler = { child, connected, onReady };
    this.compilers.set(child.pid, compiler);
    child.onExit(() => this.compilers.delete(child.pid));
    return compiler;
  }

  private takeReserve(): Compiler | undefined {
    const { reserve } = this;
    this.reserve = undefined;
    return reserve;
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
