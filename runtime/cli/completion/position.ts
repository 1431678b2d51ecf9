import type { Command, Option } from 'commander';

/** What can stand where the cursor is. */
export type Position =
  | { readonly at: 'name'; readonly command: Command }
  /** The value of an option, or the n-th argument. */
  | { readonly at: 'value'; readonly command: Command; readonly of: string; readonly choices: readonly string[] }
  | { readonly at: 'end'; readonly command: Command };

/** What the words before the cursor say. */
export interface Typed {
  readonly position: Position;
  readonly arguments: readonly string[];
  /** By their attribute names, such as `tokenFile`. */
  readonly options: Readonly<Record<string, string>>;
}

/** Reads the words before the one at the cursor along the tree of commands. */
export function typedSoFar(program: Command, words: readonly string[]): Typed {
  let command = program;
  let pending: Option | undefined;
  const given: string[] = [];
  const options: Record<string, string> = {};
  for (const word of words) {
    if (pending !== undefined) {
      options[pending.attributeName()] = word;
      pending = undefined;
      continue;
    }
    const [name = '', value] = word.split(/=(.*)/s, 2);
    const option = word.startsWith('-')
      ? command.options.find(({ long, short }) => name === long || name === short)
      : undefined;
    if (option !== undefined) {
      if (value !== undefined) options[option.attributeName()] = value;
      else if (option.required) pending = option;
      continue;
    }
    if (word.startsWith('-')) continue;
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) given.push(word);
    else command = inner;
  }
  return { position: positionOf(command, pending, given.length), arguments: given, options };
}

function positionOf(command: Command, pending: Option | undefined, given: number): Position {
  if (pending !== undefined) {
    return { at: 'value', command, of: pending.attributeName(), choices: pending.argChoices ?? [] };
  }
  if (command.commands.length > 0) return { at: 'name', command };
  const next = command.registeredArguments[given];
  if (next === undefined) return { at: 'end', command };
  return { at: 'value', command, of: next.name(), choices: next.argChoices ?? [] };
}
