import type { CheckpointProperties } from '../handles';

/** Properties of a checkpoint; `retained`: it outlives a cancelled or failed job (Flink's "retain on cancellation"). */
export function checkpointProperties(retained: boolean, full = false): CheckpointProperties {
  return {
    forced: false,
    type: full
      ? { t: 'checkpoint', name: 'Full Checkpoint', sharing: 'FORWARD' }
      : { t: 'checkpoint', name: 'Checkpoint', sharing: 'FORWARD_BACKWARD' },
    discardSubsumed: true,
    discardFinished: true,
    discardCancelled: !retained,
    discardFailed: !retained,
    discardSuspended: !retained,
    unclaimed: false,
  };
}

const savepointNames = { NONE: 'Savepoint', SUSPEND: 'Suspend Savepoint', TERMINATE: 'Terminate Savepoint' } as const;

/**
 * Properties of a savepoint that a user asked for.
 * @param postAction what happens afterwards: nothing, stop, or stop after draining the input
 */
export function savepointProperties(
  format: 'CANONICAL' | 'NATIVE' = 'CANONICAL',
  postAction: keyof typeof savepointNames = 'NONE',
): CheckpointProperties {
  return {
    forced: true,
    type: { t: 'savepoint', name: savepointNames[postAction], format, postAction },
    discardSubsumed: false,
    discardFinished: false,
    discardCancelled: false,
    discardFailed: false,
    discardSuspended: false,
    unclaimed: false,
  };
}
