import { onJob } from '../../engine';
import type { CliWorld } from '../../world';
import { inject, subtaskOf, type TaskFailOptions } from './inject';

export interface ThrowOptions extends TaskFailOptions {
  readonly message: string;
  readonly atRecord?: number;
}

/** Throws an exception in a task: now, or at one of its next records. */
export async function failThrow(world: CliWorld, operator: string, options: ThrowOptions): Promise<void> {
  const on = await onJob(world, options);
  const { message, atRecord } = options;
  const when = atRecord === undefined ? ({ at: 'now' } as const) : ({ at: 'record', count: atRecord } as const);
  const fault = { k: 'throwInTask', ...(await subtaskOf(on, operator, options)), message, when } as const;
  await inject(on.cluster, on.output, fault, options.hold === true ? on.job : undefined);
}
