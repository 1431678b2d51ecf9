import { Command, CommanderError } from 'commander';
import { errorData, errorText, userError, type ErrorData } from '../base/errors';
import type { Declaring } from './declared/common';
import { declareCompletion } from './declared/completion';
import { declareEngines } from './declared/engines';
import { declareFail } from './declared/fail';
import { declareCheckpoints, declareJobs } from './declared/jobs';
import { declareRecovery } from './declared/recovery';
import { declareRun } from './declared/run';
import { declareState } from './declared/state';
import { exitCodeOf, exitCodes } from './exitCodes';
import type { CliWorld } from './world';

interface Flags {
  readonly json: boolean;
  readonly verbose: boolean;
}

/**
 * Runs a command line; resolves to its exit code. Errors are told on standard error: with --json as data, with --verbose with stack.
 * Commands are loaded when they are called: `run` is measured from the first byte of the program.
 */
export async function runCli(world: CliWorld, args: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok;
  const flags = { json: args.includes('--json'), verbose: args.includes('--verbose') };
  const program = buildProgram(world, flags, (of) => (code = of));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    if (error instanceof CommanderError && !flags.json) return exitCodes.usage;
    const data = errorData(error instanceof CommanderError ? wrongUsage(error) : error);
    world.writeError(`${errorOutput(data, flags)}\n`);
    return exitCodeOf(data);
  }
}

function errorOutput(data: ErrorData, { json, verbose }: Flags): string {
  if (json)
    return JSON.stringify(
      { error: data },
      verbose ? undefined : (key, value: unknown) => (key === 'stack' ? undefined : value),
    );
  const { stack } = data;
  const shown = stack !== undefined && (verbose || data.domain === 'internal');
  return `job-state: ${errorText(data)}${shown ? `\n${stack}` : ''}`;
}

function wrongUsage({ message, code }: CommanderError): Error {
  const text = code === 'commander.help' ? 'A command is missing.' : message.replace(/^error: /, '');
  return userError('cli.usage', text, 'See "job-state --help".');
}

function buildProgram(world: CliWorld, { json }: Flags, ends: Declaring['ends']): Command {
  const program = new Command('job-state')
    .description('Run stream-processing jobs, see their state, break them on purpose and step through their recovery.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.write(text),
      // With --json an error is data, told in one place.
      writeErr: (text) => (json ? undefined : world.writeError(text)),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong use, 3 no runtime or several, 4 job cancelled, 130 Ctrl-C.',
    );
  const declaring = { program, world, ends };
  declareRun(declaring);
  declareJobs(declaring);
  declareCheckpoints(declaring);
  declareState(declaring);
  declareFail(declaring);
  declareRecovery(declaring);
  declareEngines(declaring);
  declareCompletion(declaring);
  return program;
}
