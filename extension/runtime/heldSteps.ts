import type { HeldStep } from '../../runtime/cluster/model';

/**
 * The held steps with the newest first: the first is the one that everything speaks of, and the newest is that of the place where somebody
 * steps, so that stepping stays in one place until it is through.
 */
export function newestHoldFirst(holds: readonly HeldStep[]): readonly HeldStep[] {
  return [...holds].sort((one, other) => other.event.atMs - one.event.atMs);
}
