import type { OperatorInfo } from '../../cluster/model';
import { sizeText } from '../../rest/recovery/recoveryText';
import { onJob } from '../engine';
import { table } from '../output';
import type { CliWorld, JobOptions } from '../world';

/** The operators of a job with their states, as far as the engine tells them. */
export async function operators(world: CliWorld, options: JobOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  const all = await cluster.get('operators', { job: job.id });
  output.show(all, () =>
    table([['OPERATOR', 'SUBTASKS', 'STATE', 'KIND', 'ENTRIES', 'SIZE', 'TYPE'], ...all.flatMap(operatorRows)]),
  );
}

function operatorRows({ uid, name, parallelism, states }: OperatorInfo): readonly (readonly string[])[] {
  const head = [uid ?? name, String(parallelism)];
  if (states.length === 0) return [head];
  return states.map((state, index) => [
    ...(index === 0 ? head : ['', '']),
    state.name,
    state.kind,
    String(state.entries),
    state.sizeBytes === undefined ? '' : sizeText(state.sizeBytes),
    state.type,
  ]);
}
