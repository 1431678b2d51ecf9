import type { ArmedFault } from '../../../base/faults';
import { engineOf, jobOf } from '../../engine';
import { faultText } from '../../faultText';
import { Output, table } from '../../output';
import type { CliWorld, JobOptions } from '../../world';

/** What was asked for and what became of it: in one job, or in all. */
export async function listFaults(world: CliWorld, options: JobOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const query = options.job === undefined ? {} : { job: (await jobOf(cluster, options.job)).id };
  const faults = await cluster.get('faults', query);
  new Output(world, options).show(faults, () =>
    faults.length === 0
      ? 'No failure was asked for.'
      : table([['ID', 'STATE', 'FAILURE', 'OUTCOME'], ...faults.map(faultRow)]),
  );
}

function faultRow({ id, fault, state, outcome }: ArmedFault): readonly string[] {
  return [id, state, faultText(fault), outcome ?? ''];
}
