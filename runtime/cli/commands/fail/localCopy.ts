import { onJob } from '../../engine';
import type { CliWorld } from '../../world';
import { inject, subtaskOf, type TaskFailOptions } from './inject';

export interface LocalCopyOptions extends TaskFailOptions {
  readonly corrupt?: boolean;
}

/** Removes the newest local copy of an operator's keyed state, or flips a byte of it; seen at the next recovery. */
export async function failLocalCopy(world: CliWorld, operator: string, options: LocalCopyOptions): Promise<void> {
  const on = await onJob(world, options);
  const how = options.corrupt === true ? 'corrupt' : 'lose';
  const fault = { k: 'localCopy', how, ...(await subtaskOf(on, operator, options)) } as const;
  await inject(on.cluster, on.output, fault, options.hold === true ? on.job : undefined);
}
