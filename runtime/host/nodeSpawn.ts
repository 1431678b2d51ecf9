import { spawn } from 'node:child_process';
import type { Child, ChildExit, ChildSpec } from '../base/env';
import { withExtraCertificates } from './extraCertificates';

/** How many bytes of a child's last output are kept for the report of its end. */
const keptOutputBytes = 8_192;

/** What a child of ours reads as its first line of standard input. */
export interface ChildStart {
  readonly spec: ChildSpec;
  readonly parentPid: number;
}

/**
 * Starts children by role: this same program with the role as its argument and the rest as one JSON line on standard input, so that
 * nothing secret stands in the list of processes. Standard input stays open: its end tells the child that the parent is gone.
 */
export function spawner(program: string, output: (text: string) => void): (spec: ChildSpec) => Child {
  return (spec) => {
    const child = spawn(process.execPath, [program, spec.role], {
      env: withExtraCertificates({ ...process.env, ELECTRON_RUN_AS_NODE: '1' }),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let lastOutput = '';
    const keep = (chunk: Buffer): void => {
      const text = chunk.toString();
      lastOutput = (lastOutput + text).slice(-keptOutputBytes);
      output(text);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.stdin.on('error', () => undefined); // a child that ends early breaks the pipe; its exit tells the rest
    const start: ChildStart = { spec, parentPid: process.pid };
    child.stdin.write(`${JSON.stringify(start)}\n`);
    let exit: ChildExit | undefined;
    const listeners: ((exit: ChildExit) => void)[] = [];
    const ended = (code: number | null, signal: string | null): void => {
      if (exit !== undefined) return;
      exit = { code: code ?? undefined, signal: signal ?? undefined, lastOutput };
      for (const listener of listeners) listener(exit);
    };
    child.on('error', (error) => {
      lastOutput += error.message;
      ended(null, null);
    });
    child.on('exit', ended);
    return {
      pid: child.pid ?? -1,
      kill: (signal) => void child.kill(signal),
      onExit: (listener) => (exit === undefined ? void listeners.push(listener) : listener(exit)),
    };
  };
}
