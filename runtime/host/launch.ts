import { spawn } from 'node:child_process';
import { externalError } from '../base/errors';
import type { ChildExit } from '../base/env';
import { withoutExtraCertificates } from './extraCertificates';

/** What a runtime is started with; it travels as the first line of the child's standard input. */
export interface RuntimeSettings {
  /** The workspace folder; everything the runtime keeps lies in its `.job-state/`. */
  readonly folder: string;
  readonly taskManagers: number;
  readonly slotsPerTaskManager: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /**
   * In the place of the runtime's own, in ms: how long a job's file may build its graph, a cancelled task end, a thread stand still, a
   * process be silent.
   */
  readonly limits?: {
    readonly compileTimeoutMs?: number;
    readonly cancelTimeoutMs?: number;
    readonly stuckAfterMs?: number;
    readonly heartbeatTimeoutMs?: number;
  };
}

export interface RuntimeStart {
  readonly settings: RuntimeSettings;
  readonly parentPid: number;
}

/** The one line that the runtime prints to standard output when it can be reached. */
export interface RuntimeReady {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

export interface LaunchOptions {
  readonly settings: RuntimeSettings;
  /** Path of `dist/runtime.mjs`. */
  readonly program: string;
  /** VS Code's own Node in the extension; the default is this process's. */
  readonly nodePath?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly readyTimeoutMs?: number;
  /** Gets the log as it is printed, in pieces. */
  readonly onLog: (text: string) => void;
  readonly onExit: (exit: ChildExit) => void;
}

export interface LaunchedRuntime extends RuntimeReady {
  /** Ends the runtime and its children; resolves when the process is gone. */
  stop(): Promise<void>;
}

const keptOutputBytes = 8_192;
const stopTimeoutMs = 5_000;

/**
 * Starts an embedded runtime that belongs to this process and ends with it. Rejects with `runtime.did-not-start` (exit code and last
 * lines in the message) or `runtime.start-timeout`.
 */
export function launchRuntime(options: LaunchOptions): Promise<LaunchedRuntime> {
  const child = spawn(options.nodePath ?? process.execPath, [options.program, 'jobmanager'], {
    env: withoutExtraCertificates({ ...process.env, ...options.environment, ELECTRON_RUN_AS_NODE: '1' }),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let lastOutput = '';
  let exit: ChildExit | undefined;
  const exited = new Promise<void>((resolve) => {
    const ended = (code: number | null, signal: string | null): void => {
      if (exit !== undefined) return;
      exit = { code: code ?? undefined, signal: signal ?? undefined, lastOutput };
      options.onExit(exit);
      resolve();
    };
    child.on('error', (error) => {
      lastOutput += error.message;
      ended(null, null);
    });
    child.on('exit', ended);
  });
  child.stdin.on('error', () => undefined); // a broken pipe is told by the exit
  child.stderr.on('data', (chunk: Buffer) => {
    lastOutput = (lastOutput + chunk.toString()).slice(-keptOutputBytes);
    options.onLog(chunk.toString());
  });
  child.stdin.write(
    `${JSON.stringify({ settings: options.settings, parentPid: process.pid } satisfies RuntimeStart)}\n`,
  );

  const stop = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  };
  return new Promise((resolve, reject) => {
    const timeoutMs = options.readyTimeoutMs ?? 20_000;
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        externalError(
          'runtime.start-timeout',
          `The runtime did not start within ${timeoutMs / 1000} s.`,
          'See the log, then start it again.',
        ),
      );
    }, timeoutMs);
    void exited.then(() => {
      clearTimeout(timer);
      const how = exit?.signal ?? `code ${exit?.code ?? 'unknown'}`;
      reject(
        externalError(
          'runtime.did-not-start',
          `The runtime ended with ${how} before it was ready: ${lastOutput.trim()}`,
          'See the log.',
        ),
      );
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners('data').resume();
      resolve({ ...parseReady(text.slice(0, end)), stop });
    });
  });
}

function parseReady(line: string): RuntimeReady {
  const value = JSON.parse(line) as Partial<RuntimeReady>;
  if (typeof value.url !== 'string' || typeof value.token !== 'string' || typeof value.pid !== 'number') {
    throw externalError(
      'runtime.did-not-start',
      `The runtime printed an unexpected first line: ${line}`,
      'Reinstall the extension.',
    );
  }
  return { url: value.url, token: value.token, pid: value.pid };
}
