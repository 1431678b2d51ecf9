import type { ErrorData } from '../base/errors';
import { isEndOfJob } from '../base/status';
import type { JobCheckpointing } from './jobCheckpointing';
import type { JobRecorder } from './jobRecorder';
import type { JobSpec } from './jobSpec';
import type { JobRecord } from './records';
import type { RecoveryGate } from './recoveryGate';
import type { SlotPool } from './slotPool';

/** Who knows what of a job. */
export interface JobMemory {
  readonly spec: JobSpec;
  readonly recorder: JobRecorder;
  readonly gate: RecoveryGate;
  readonly checkpointing: JobCheckpointing;
  readonly slots: SlotPool;
  readonly failure: ErrorData | undefined;
  readonly fenced: number;
}

/** All that is known of a job now. */
export function jobRecord({ spec, recorder, gate, checkpointing, slots, failure, fenced }: JobMemory): JobRecord {
  const { status, statusTimes } = recorder;
  const endMs = statusTimes[status];
  return {
    id: spec.id,
    name: spec.graph.jobName,
    jobFile: spec.jobFile,
    status,
    statusTimes,
    startMs: spec.submittedMs,
    ...(isEndOfJob(status) && endMs !== undefined ? { endMs } : {}),
    lastModifiedMs: recorder.lastModifiedMs,
    graph: spec.graph,
    config: spec.config,
    checkpointDirectory: spec.checkpointDirectory,
    savepointDirectory: spec.savepointDirectory,
    vertices: recorder.vertices,
    checkpoints: checkpointing.coordinator.stats.snapshot(),
    exceptions: recorder.exceptions,
    exceptionsTruncated: recorder.exceptionsTruncated,
    recoveries: gate.records,
    holdArmed: gate.armed,
    holds: gate.holds,
    ...(slots.whyWaiting === undefined ? {} : { waitingFor: slots.whyWaiting }),
    ...(failure === undefined ? {} : { failure }),
    fenced,
  };
}
