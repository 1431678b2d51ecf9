import type { RecoveryDetails, RecoveryInfo } from '../../../rest/debug/model';
import { restoreCounts } from '../../../rest/recovery/restoredStates';
import type { RecoveryRecord } from '../../records';

export function recoveryInfo(record: RecoveryRecord): RecoveryInfo {
  const { endMs, checkpoint, tookMs } = record;
  return {
    recovery: record.recovery,
    cause: record.cause,
    startMs: record.startMs,
    ...(endMs === undefined ? {} : { endMs }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    status: record.status,
    ...restoreCounts(record.events),
    ...(tookMs === undefined ? {} : { tookMs }),
  };
}

export function recoveryDetails(record: RecoveryRecord): RecoveryDetails {
  return { ...recoveryInfo(record), events: record.events };
}
