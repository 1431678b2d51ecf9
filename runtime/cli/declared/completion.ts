import { Argument } from 'commander';
import { shells, type Shell } from '../completion/shells';
import { bare, examples, type Declaring } from './common';

export function declareCompletion({ program, world }: Declaring): void {
  const completion = bare(program, 'completion', 'print the script that lets a shell complete these commands');
  completion.addArgument(new Argument('<shell>', 'whose').choices(shells));
  examples(
    completion,
    'completion bash > ~/.local/share/bash-completion/completions/job-state',
    'completion zsh > ~/.zfunc/_job-state',
    'completion fish > ~/.config/fish/completions/job-state.fish',
    'completion powershell >> $PROFILE',
  );
  completion.action(async (shell: Shell) =>
    world.write((await import('../completion/scripts')).completionScript(shell)),
  );
  // What the scripts call for each Tab: the words after the program's name, the one at the cursor last.
  program
    .command('complete', { hidden: true })
    .exitOverride()
    .argument('[words...]')
    .action(async (words: readonly string[]) =>
      (await import('../completion/complete')).complete(world, program, words),
    );
}
