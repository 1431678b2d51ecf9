import { durationText, countText, joined } from '../../runtime/base/figures';
import type { RecoveryInfo } from '../../runtime/cluster/model';
import {
  heldIn,
  laneKey,
  laneLabel,
  recoveryLanes,
  taskNamer,
  type Lane,
} from '../../runtime/debugadapter/recoverySteps';
import type { RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';
import {
  causeText,
  outcomeText,
  restoredStateText,
  sizeText,
  stepText,
} from '../../runtime/rest/recovery/recoveryText';
import {
  countRestored,
  restoredStates,
  type RestoreCounts,
  type RestoredState,
} from '../../runtime/rest/recovery/restoredStates';
import type { PageHold } from '../messages';
import { markText, pageSteps, type Mark, type PageStep } from './pageSteps';

/** The steps of one place: the JobManager, or one attempt of one subtask. */
export interface PageLane {
  readonly key: string;
  /** `delay-by-airport 1/2`. */
  readonly name: string;
  /** The whole name of its chain, and its TaskManager. */
  readonly longName: string;
  /** `remote, because …`; what it restored and why, or where it is held. */
  readonly summary: string;
  /** What became of its keyed state, or that it is held or failed. */
  readonly mark: Mark | undefined;
  readonly steps: readonly PageStep[];
}

/** The subtasks of one vertex. */
export interface LaneGroup {
  readonly key: string;
  /** `delay-by-airport`. */
  readonly name: string;
  /** `200 subtasks · 198 local, 2 fell back`. */
  readonly counts: string;
  readonly lanes: readonly PageLane[];
}

/** A recovery ready to be drawn. Pure: the same events, names and holds give the same page. */
export interface RecoveryPage {
  readonly title: string;
  /** `tm-2 killed by you`. */
  readonly cause: string;
  /** What a screen reader is told when it changes: held where, under way, done in what time. */
  readonly status: string;
  /** `local 16 kB · remote 18 kB · 641 ms`. */
  readonly totals: string;
  readonly jobManager: PageLane | undefined;
  readonly groups: readonly LaneGroup[];
}

/** Makes the page of a recovery from its events; `holds` are the steps that are held now. */
export function recoveryPage(recorded: RecordedRecovery, holds: readonly PageHold[]): RecoveryPage {
  const { job, operators, tasks, details } = recorded;
  const restored = restoredStates(details.events);
  const states = new Map(
    restored.filter(({ state }) => state === 'keyed').map((state) => [laneKey(state.scope), state]),
  );
  const lanes = recoveryLanes(details.events, taskNamer(tasks), holds);
  const jobManager = lanes.find(({ key }) => key === 'jobmanager');
  const groups = new Map<string, { name: string; lanes: PageLane[] }>();
  for (const lane of lanes) {
    const scope = lane.steps[0]?.event.scope;
    if (scope?.at !== 'task') continue;
    const shown = taskLane(lane, recorded, states.get(lane.key), holds);
    const group = groups.get(scope.vertex);
    if (group === undefined) groups.set(scope.vertex, { name: shown.name.replace(/ \d+\/\d+$/, ''), lanes: [shown] });
    else group.lanes.push(shown);
  }
  const name = details.recovery === 0 ? `Start of ${job.name}` : `Recovery #${details.recovery} of ${job.name}`;
  return {
    title: name,
    cause: causeText(details.cause),
    status: statusText(details, holds),
    totals: totalsText(details, countRestored(restored)),
    jobManager: jobManager === undefined ? undefined : jobManagerLane(jobManager, operators, holds),
    groups: [...groups].map(([key, group]) => ({
      key,
      name: group.name,
      counts: countsText(group.lanes),
      lanes: group.lanes.sort((one, other) => subtaskOf(one) - subtaskOf(other)),
    })),
  };
}

/** Lanes begin in the order in which their tasks come up; they are read in the order of their subtasks. */
const subtaskOf = ({ key }: PageLane): number => Number(key.split('/')[1]);

function jobManagerLane(lane: Lane, operators: RecordedRecovery['operators'], holds: readonly PageHold[]): PageLane {
  const hold = heldIn(lane.steps);
  const chosen = lane.steps.find(({ event }) => event.step.k === 'checkpointChosen');
  const summary = chosen === undefined ? '' : joined(stepText(chosen.event.step), outcomeText(chosen.event));
  return {
    key: lane.key,
    name: lane.name,
    longName: lane.name,
    summary: hold === undefined ? summary : textOf(hold, holds),
    mark: hold === undefined ? undefined : 'here',
    steps: pageSteps(lane.steps, operators),
  };
}

function taskLane(
  lane: Lane,
  { operators }: RecordedRecovery,
  restored: RestoredState | undefined,
  holds: readonly PageHold[],
): PageLane {
  const hold = heldIn(lane.steps);
  const steps = pageSteps(lane.steps, operators);
  return {
    key: lane.key,
    name: laneLabel(lane, operators),
    longName: lane.taskManager === undefined ? lane.name : `${lane.name} on ${lane.taskManager}`,
    summary: hold === undefined ? restoredText(restored) : textOf(hold, holds),
    mark: hold === undefined ? laneMark(steps, restored) : 'here',
    steps,
  };
}

/** The mark of what it restored; a step that failed for good, or was never run, says more. */
function laneMark(steps: readonly PageStep[], restored: RestoredState | undefined): Mark | undefined {
  const end = steps.find(({ mark }) => mark === 'failed' || mark === 'skipped' || mark === 'running');
  if (end !== undefined) return end.mark;
  if (restored?.from === undefined || restored.from === 'empty') return undefined;
  return restored.failed.length > 0 ? 'fellBack' : restored.from;
}

function restoredText(restored: RestoredState | undefined): string {
  if (restored === undefined || restored.from === 'empty') return '';
  return joined(
    restoredStateText(restored),
    restored.from === undefined ? undefined : sizeText(restored.sizeBytes),
    restored.tookMs === undefined ? undefined : durationText(restored.tookMs),
  );
}

const textOf = (hold: string, holds: readonly PageHold[]): string =>
  holds.find((held) => held.hold === hold)?.text ?? 'held';

function countsText(lanes: readonly PageLane[]): string {
  const marks = lanes.map(({ mark }) => mark);
  const counted = (Object.keys(markText) as Mark[])
    .map((mark) => ({ mark, count: marks.filter((each) => each === mark).length }))
    .filter(({ count }) => count > 0)
    .map(({ mark, count }) => `${count} ${markText[mark]}`);
  return joined(countText(lanes.length, 'subtask'), counted.join(', '));
}

function statusText(details: RecoveryInfo, holds: readonly PageHold[]): string {
  const [held] = holds;
  if (held !== undefined) return joined(held.text, holds.length > 1 ? `and ${holds.length - 1} more` : '');
  switch (details.status) {
    case 'held':
    case 'running':
      return 'under way';
    case 'given up':
      return 'given up: another failure came before it was through';
    case 'done':
      return details.tookMs === undefined ? 'done' : `done in ${durationText(details.tookMs)}`;
  }
}

/** `local 16 kB · remote 18 kB · 641 ms (held 42 s not counted)`. */
function totalsText(details: RecoveryInfo, counts: RestoreCounts): string {
  const { startMs, endMs, tookMs } = details;
  const heldMs = endMs === undefined || tookMs === undefined ? 0 : endMs - startMs - tookMs;
  const held = heldMs < 100 ? '' : ` (held ${durationText(heldMs)} not counted)`;
  return joined(
    `local ${sizeText(counts.localBytes)}`,
    `remote ${sizeText(counts.remoteBytes)}`,
    tookMs === undefined ? '' : `${durationText(tookMs)}${held}`,
  );
}
