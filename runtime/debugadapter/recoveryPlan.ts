import type { JobDetails, OperatorInfo, RecoveryDetails } from '../cluster/model';
import { causeText, outcomeText, stepText } from '../rest/recovery/recoveryText';
import { recoveryLanes, taskNamer, type RecoveryStep } from './recoverySteps';

/** A recovery as plain text, one line a step, for standing on while stepping and for pasting into a ticket. */
export interface RecoveryPlan {
  readonly text: string;
  /** The line of each step, from 1, by its step id. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The scheme of the documents that show plans; the extension provides their text. */
export const planScheme = 'job-state-recovery';

/** `job-state-recovery:/<job>/<recovery>/recovery-<n>.txt`. */
export function planUri(job: string, recovery: number): string {
  return `${planScheme}:/${job}/${recovery}/recovery-${recovery}.txt`;
}

/** What {@link planUri} says, from the path of such a document. */
export function parsePlanPath(path: string): { readonly job: string; readonly recovery: number } | undefined {
  const [, job, recovery] = /^\/([0-9a-f]{32})\/(\d+)\//.exec(path) ?? [];
  return job === undefined ? undefined : { job, recovery: Number(recovery) };
}

function mark(step: RecoveryStep): string {
  if (step.hold !== undefined) return '>';
  switch (step.event.verdict?.v) {
    case undefined:
      return '…';
    case 'ok':
      return '+';
    case 'failed':
      return 'x';
    case 'skipped':
      return '-';
  }
}

/** The stages of a task are those of its operators: their names stand beside them. */
function ownerOf({ event: { step, scope } }: RecoveryStep, operators: readonly OperatorInfo[]): string {
  if ((step.k !== 'operatorContext' && step.k !== 'timers') || scope.at !== 'task') return '';
  const operator = operators.find(({ id }) => id === scope.operator);
  return operator === undefined ? '' : ` of ${operator.uid ?? operator.name}`;
}

function stepLine(step: RecoveryStep, depth: number, operators: readonly OperatorInfo[]): string {
  const { event } = step;
  const outcome = [
    event.tookMs === undefined || event.tookMs < 1 ? '' : `${Math.round(event.tookMs)} ms`,
    step.hold === undefined ? outcomeText(event) : 'held here',
  ].filter((text) => text !== '');
  const text = `${mark(step)} ${'  '.repeat(depth)}${stepText(event.step)}${ownerOf(step, operators)}`;
  return outcome.length === 0 ? text : `${text.padEnd(56)}  ${outcome.join(' · ')}`;
}

/** `operators` give their names to the stages of a task; the lines are the same without them. */
export function recoveryPlan(
  job: JobDetails,
  details: RecoveryDetails,
  operators: readonly OperatorInfo[],
): RecoveryPlan {
  const lines = new Map<string, number>();
  const text = [
    `recovery #${details.recovery} of ${job.name}: ${causeText(details.cause)}`,
    '+ done   > held here   … under way   x failed   - skipped',
  ];
  const add = (step: RecoveryStep, depth: number): void => {
    text.push(stepLine(step, depth, operators));
    lines.set(step.stepId, text.length);
    for (const inner of step.inner) add(inner, depth + 1);
  };
  for (const lane of recoveryLanes(details.events, taskNamer(job.tasks), job.holds)) {
    text.push('', lane.taskManager === undefined ? lane.name : `${lane.name} on ${lane.taskManager}`);
    for (const step of lane.steps) add(step, 0);
  }
  return { text: `${text.join('\n')}\n`, lines };
}
