import type { HoldOptions } from '../commands/recovery/hold';
import type { StepOptions } from '../commands/recovery/step';
import { asId } from '../numbers';
import type { JobOptions, PageOptions } from '../world';
import { bare, examples, inPages, ofJob, type Declaring } from './common';

export function declareRecovery({ program, world }: Declaring): void {
  const recovery = bare(program, 'recovery', 'see, hold and step recoveries');
  const show = ofJob(recovery, 'show', 'list the recoveries, or show one step by step');
  inPages(show.argument('[recovery]', 'the number of one; 0 is the start of the job', asId), 100);
  show.action(async (number: number | undefined, options: JobOptions & PageOptions) =>
    (await import('../commands/recovery/show')).showRecovery(world, number, options),
  );
  ofJob(recovery, 'hold', 'hold the next recovery before its first step')
    .option('--off', 'do not hold it')
    .action(async (options: HoldOptions) => (await import('../commands/recovery/hold')).hold(world, options));
  const step = ofJob(recovery, 'step', 'let the held step go and hold the next one')
    .option('--into', 'hold the steps inside it, too')
    .option('--out', 'go on to the end of the step around it')
    .option('--hold <id>', 'which, when several are held; the first otherwise');
  examples(step, 'recovery step', 'recovery step --into --hold hold-3');
  step.action(async (options: StepOptions) => (await import('../commands/recovery/step')).step(world, options));
  ofJob(recovery, 'continue', 'let everything go').action(async (options: JobOptions) =>
    (await import('../commands/recovery/continue')).continueAll(world, options),
  );
}
