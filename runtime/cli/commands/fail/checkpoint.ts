import { onJob } from '../../engine';
import type { CliWorld } from '../../world';
import { inject, subtaskOf, type TaskFailOptions } from './inject';

/** The next checkpoint or savepoint that reaches the subtask is declined by it. */
export async function failCheckpoint(world: CliWorld, operator: string, options: TaskFailOptions): Promise<void> {
  const on = await onJob(world, options);
  const fault = { k: 'declineCheckpoint', ...(await subtaskOf(on, operator, options)) } as const;
  await inject(on.cluster, on.output, fault, options.hold === true ? on.job : undefined);
}
