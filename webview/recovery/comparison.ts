import { durationText } from '../../runtime/base/figures';
import type { RecoveryInfo } from '../../runtime/cluster/model';
import { sizeText } from '../../runtime/rest/recovery/recoveryText';

/** One recovery of two that are compared. */
export interface ComparedRow {
  /** `as it was, #1`. */
  readonly name: string;
  readonly time: string;
  readonly local: string;
  readonly remote: string;
}

/** A recovery and its repetition without local copies, side by side. */
export interface Comparison {
  readonly rows: readonly [ComparedRow, ComparedRow];
  /** What it comes to, as a sentence. */
  readonly sentence: string;
}

export function comparison(asItWas: RecoveryInfo, remoteOnly: RecoveryInfo): Comparison {
  return {
    rows: [row('as it was', asItWas), row('without local copies', remoteOnly)],
    sentence: sentenceOf(asItWas, remoteOnly),
  };
}

const row = (name: string, { recovery, tookMs, localBytes, remoteBytes }: RecoveryInfo): ComparedRow => ({
  name: `${name}, #${recovery}`,
  time: tookMs === undefined ? '' : durationText(tookMs),
  local: sizeText(localBytes),
  remote: sizeText(remoteBytes),
});

function sentenceOf(asItWas: RecoveryInfo, remoteOnly: RecoveryInfo): string {
  if (remoteOnly.status !== 'done') return 'The repetition was given up: another failure came before it was through.';
  if (remoteOnly.local > 0)
    return `${remoteOnly.local} of its states still came from a local copy, so the two cannot be compared.`;
  const moreMs = (remoteOnly.tookMs ?? 0) - (asItWas.tookMs ?? 0);
  const moreBytes = remoteOnly.remoteBytes - asItWas.remoteBytes;
  const time = `${durationText(Math.abs(moreMs))} ${moreMs < 0 ? 'less' : 'more'}`;
  const bytes = `${sizeText(Math.abs(moreBytes))} ${moreBytes < 0 ? 'less' : 'more'}`;
  return `Without local copies it took ${time} and read ${bytes} from remote storage.`;
}
