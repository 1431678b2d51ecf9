import { userError } from '../../../base/errors';
import { engineOf } from '../../engine';
import { Output } from '../../output';
import { adviceOf } from '../../suggest';
import type { CliWorld, CommonOptions } from '../../world';

/** Takes back a failure that has not happened yet. */
export async function disarm(world: CliWorld, wanted: string, options: CommonOptions): Promise<void> {
  const cluster = await engineOf(world, options);
  const all = await cluster.get('faults', {});
  const found = all.find(({ id }) => id === wanted);
  if (found === undefined) {
    const armed = all.filter(({ state }) => state === 'armed').map(({ id }) => id);
    throw userError('fault.not-found', `There is no failure "${wanted}".`, adviceOf(wanted, armed, 'There is'));
  }
  await cluster.run('disarm', { fault: found.id });
  new Output(world, options).show({ fault: found.id }, () => `${found.id} is disarmed.`);
}
