import type { Command } from 'commander';
import { asCount } from '../numbers';
import type { CliWorld } from '../world';

/** What the declarations of commands are given: their world, and where an exit code goes that is not that of an error. */
export interface Declaring {
  readonly program: Command;
  readonly world: CliWorld;
  readonly ends: (code: number) => void;
}

/** A command with the options that every one has. */
export function command(parent: Command, usage: string, description: string): Command {
  return bare(parent, usage, description)
    .option('--json', 'print data instead of text')
    .option('--verbose', 'print stacks of errors, and the log of a runtime that is started')
    .option('--url <address>', 'the engine to talk to: another runtime, or the REST API of a Flink cluster')
    .option('--token-file <path>', 'a file with the token for --url; JOB_STATE_TOKEN is read otherwise');
}

/** A command without options, or a group of commands. */
export function bare(parent: Command, usage: string, description: string): Command {
  return parent.command(usage).description(description).exitOverride();
}

export function ofJob(parent: Command, usage: string, description: string): Command {
  return command(parent, usage, description).option('--job <id or name>', 'the job, when more than one runs');
}

export function inPages(of: Command, limit: number): Command {
  return of.option('--limit <n>', 'how many', asCount, limit).option('--after <cursor>', 'go on after a page');
}

/** Ends the help of a command with command lines as one would type them. */
export function examples(of: Command, ...lines: readonly string[]): Command {
  return of.addHelpText('after', `\nExamples:\n${lines.map((line) => `  job-state ${line}`).join('\n')}`);
}
