import { spawn } from 'node:child_process';

/** What became of a command; output is stdout and stderr as they came. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a command to its end. One that cannot be started ends with 127; one that takes longer than `limitMs` is killed. */
export function runToEnd(
  command: string,
  args: readonly string[],
  options: { readonly limitMs: number; readonly cwd?: string },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const timer = setTimeout(() => child.kill('SIGKILL'), options.limitMs);
    let output = '';
    const take = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', ({ message }) => {
      clearTimeout(timer);
      resolve({ code: 127, output: message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output });
    });
  });
}
