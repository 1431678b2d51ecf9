import { countText, durationText, joined } from '../../runtime/base/figures';
import { sizeText } from '../../runtime/rest/recovery/recoveryText';
import type { JobTimeline, TimelineEntry } from '../messages';

/** What is drawn for one entry. A recovery is two: the failure, and the bar of the recovery. */
export type TimelineMark = 'checkpoint' | 'failedCheckpoint' | 'savepoint' | 'failedSavepoint' | 'recovery';

/** The marks in words. */
export const timelineMarkText: Readonly<Record<TimelineMark, string>> = {
  checkpoint: 'checkpoint',
  failedCheckpoint: 'failed checkpoint',
  savepoint: 'savepoint',
  failedSavepoint: 'failed savepoint',
  recovery: 'failure and recovery',
};

export interface TimelineItem {
  /** `checkpoint 31`; unique on the axis. */
  readonly key: string;
  readonly mark: TimelineMark;
  /** Pixels from the beginning of the axis, and how wide it is at least. */
  readonly leftPx: number;
  readonly widthPx: number;
  /** 0 to 1: how long it took, beside the others of its kind. */
  readonly height: number;
  /** 0 to 1: how large it is, or which share of a recovery's bytes was local. */
  readonly fill: number;
  /** Everything of it in one sentence. */
  readonly sentence: string;
  readonly entry: TimelineEntry;
}

export interface TimelineTick {
  readonly leftPx: number;
  readonly text: string;
}

export interface TimelinePage {
  readonly title: string;
  readonly summary: string;
  readonly widthPx: number;
  readonly items: readonly TimelineItem[];
  readonly ticks: readonly TimelineTick[];
}

/** Room that a mark needs beside its neighbour. */
const markPx = 12;
const marginPx = 16;
const tickPx = 110;
/** The axis does not grow beyond this: then marks overlap. */
const maxPx = 40_000;
const stepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map(
  (seconds) => seconds * 1_000,
);

/** Lays the life of a job on an axis that is as wide as the page, or wider where marks would overlap. */
export function timelinePage(timeline: JobTimeline, availablePx: number): TimelinePage {
  const { entries, startMs } = timeline;
  const endMs = Math.max(startMs + 1_000, ...entries.map(endOf), timeline.endMs ?? 0);
  const span = endMs - startMs;
  const roomPx = Math.max(availablePx, Math.min(maxPx, entries.length * markPx * 1.5)) - 2 * marginPx;
  const x = (atMs: number): number => marginPx + ((atMs - startMs) / span) * roomPx;
  const longest = Math.max(1, ...entries.map((entry) => (entry.k === 'checkpoint' ? entry.durationMs : 0)));
  const largest = Math.max(1, ...entries.map((entry) => (entry.k === 'checkpoint' ? entry.sizeBytes : 0)));
  const items = entries.map((entry): TimelineItem => {
    const isRecovery = entry.k === 'recovery';
    return {
      key: `${markOf(entry)} ${entry.id}`,
      mark: markOf(entry),
      leftPx: Math.round(x(entry.atMs)),
      widthPx: Math.max(markPx, isRecovery ? Math.round(x(endOf(entry)) - x(entry.atMs)) : 0),
      height: isRecovery ? 1 : Math.sqrt(entry.durationMs / longest),
      fill: isRecovery ? localShare(entry) : Math.sqrt(entry.sizeBytes / largest),
      sentence: sentenceOf(entry, startMs),
      entry,
    };
  });
  return {
    title: `Timeline of ${timeline.name}`,
    summary: summaryOf(timeline),
    widthPx: roomPx + 2 * marginPx,
    items,
    ticks: ticksOf(span, (ms) => Math.round(x(startMs + ms)), roomPx),
  };
}

const endOf = (entry: TimelineEntry): number =>
  entry.k === 'recovery' ? (entry.endMs ?? entry.atMs) : entry.atMs + entry.durationMs;

function markOf(entry: TimelineEntry): TimelineMark {
  if (entry.k === 'recovery') return 'recovery';
  if (entry.savepoint) return entry.failure === undefined ? 'savepoint' : 'failedSavepoint';
  return entry.failure === undefined ? 'checkpoint' : 'failedCheckpoint';
}

function localShare({ localBytes, remoteBytes }: Extract<TimelineEntry, { k: 'recovery' }>): number {
  return localBytes + remoteBytes === 0 ? 0 : localBytes / (localBytes + remoteBytes);
}

function sentenceOf(entry: TimelineEntry, startMs: number): string {
  const when = `${durationText(entry.atMs - startMs)} after the start`;
  if (entry.k === 'recovery') {
    const end = entry.endMs === undefined ? 'under way' : entry.tookMs === undefined ? '' : durationText(entry.tookMs);
    const bytes = `local ${sizeText(entry.localBytes)}, remote ${sizeText(entry.remoteBytes)}`;
    return joined(`recovery #${entry.id}, ${when}`, entry.cause, end, bytes);
  }
  const name = `${entry.savepoint ? 'savepoint' : 'checkpoint'} ${entry.id}, ${when}`;
  if (entry.failure !== undefined) return joined(name, `failed: ${entry.failure}`);
  return joined(name, durationText(entry.durationMs), sizeText(entry.sizeBytes));
}

function summaryOf({ entries }: JobTimeline): string {
  const count = (isIt: (entry: TimelineEntry) => boolean): number => entries.filter(isIt).length;
  const savepoints = count((entry) => entry.k === 'checkpoint' && entry.savepoint);
  const failed = count((entry) => entry.k === 'checkpoint' && entry.failure !== undefined);
  return joined(
    countText(
      count((entry) => entry.k === 'checkpoint' && !entry.savepoint),
      'checkpoint',
    ),
    savepoints === 0 ? '' : countText(savepoints, 'savepoint'),
    failed === 0 ? '' : `${failed} failed`,
    countText(
      count((entry) => entry.k === 'recovery'),
      'recovery',
      'recoveries',
    ),
  );
}

function ticksOf(spanMs: number, x: (ms: number) => number, roomPx: number): readonly TimelineTick[] {
  const wantedMs = (spanMs / roomPx) * tickPx;
  const stepMs = stepsMs.find((step) => step >= wantedMs) ?? Math.ceil(wantedMs / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(spanMs / stepMs) + 1 }, (_, index) => ({
    leftPx: x(index * stepMs),
    text: index === 0 ? 'start' : durationText(index * stepMs),
  }));
}
