/**
 * A job's life: which phase may follow which. The types of the deciders are derived from this table. From `failureSeen` to `recovered`
 * stand the steps of a recovery, in the order in which they are taken; the start of a job is recovery 0 and begins with the checkpoint.
 */
const anyFailure = ['failureSeen', 'failing', 'cancelling', 'canceled'] as const;

export const transitions = {
  created: ['checkpointChosen', 'canceled'],
  failureSeen: ['regionChosen', 'cancelling', 'canceled'],
  regionChosen: ['tasksCancelled', ...anyFailure],
  tasksCancelled: ['restartDelay', ...anyFailure],
  restartDelay: ['checkpointChosen', ...anyFailure],
  checkpointChosen: ['slotAssigned', ...anyFailure],
  slotAssigned: ['deployed', ...anyFailure],
  deployed: ['recovered', ...anyFailure],
  recovered: ['running', 'finalCheckpoint', 'finishing', ...anyFailure],
  running: ['stopping', 'finalCheckpoint', 'finishing', 'finished', ...anyFailure],
  stopping: ['running', 'finalCheckpoint', 'finishing', ...anyFailure],
  finalCheckpoint: ['finishing', ...anyFailure],
  finishing: ['finished', ...anyFailure],
  cancelling: ['canceled'],
  failing: ['failed', 'cancelling', 'canceled'],
  canceled: [],
  failed: [],
  finished: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Phase = keyof typeof transitions;
/** The phases in which a decision taken in phase `P` may leave the job. */
export type After<P extends Phase> = P | (typeof transitions)[P][number];
