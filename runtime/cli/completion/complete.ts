import type { Command } from 'commander';
import type { CliWorld } from '../world';
import { typedSoFar, type Typed } from './position';
import { knownValues, type Candidate } from './values';

/** Prints what can stand at the cursor, one a line; the last word is what is typed of it. Prints nothing where nothing is known. */
export async function complete(world: CliWorld, program: Command, words: readonly string[]): Promise<void> {
  const start = (words.at(-1) ?? '').trim();
  const typed = typedSoFar(program, words.slice(0, -1));
  const found = await candidates(world, typed, start);
  const fitting = found.filter(({ value }) => value.startsWith(start));
  world.write(fitting.map(({ value, text }) => `${value}\t${oneLine(text)}\n`).join(''));
}

async function candidates(world: CliWorld, typed: Typed, start: string): Promise<readonly Candidate[]> {
  const { position } = typed;
  const { command } = position;
  if (position.at === 'value') {
    if (start.startsWith('-')) return optionsOf(command);
    if (position.choices.length > 0) return position.choices.map((value) => ({ value, text: '' }));
    // A shell shows nothing of a failure here; the command itself tells it.
    return knownValues(world, position.of, typed).catch(() => []);
  }
  if (start.startsWith('-') || position.at === 'end') return optionsOf(command);
  const names = command.createHelp().visibleCommands(command);
  return names.map((one) => ({ value: one.name(), text: one.description() }));
}

function optionsOf(command: Command): readonly Candidate[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long, description }) =>
    typeof long !== 'string' ? [] : [{ value: long, text: description }],
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
