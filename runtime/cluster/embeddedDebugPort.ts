import { JobStateError, userError } from '../base/errors';
import type { Fault } from '../base/faults';
import { attemptKey, type BreakpointId, type FaultId, type HoldId, type JobId } from '../base/ids';
import type { ResumeHow } from '../base/stepping';
import type { Cluster } from './cluster';
import type { Armed, Breakpoint, DebugPort, FrameInfo, ThreadRef, Variable } from './debugPort';
import { framesOf, threadName, type HeldPlace } from './heldStep';
import { variablesOf } from './heldVariables';
import type { HeldStep, JobDetails, TaskInfo } from './model';

const jobManagerThread = 'jobmanager';

/** Debugging the embedded runtime through the verbs and questions of its cluster. */
export class EmbeddedDebugPort implements DebugPort {
  readonly #cluster: Cluster;
  readonly #breakpoints = new Map<JobId, Set<BreakpointId>>();
  readonly #injected = new Set<FaultId>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async threads(job: JobId): Promise<readonly ThreadRef[]> {
    const details = await this.#cluster.get('job', { job });
    const held = heldAt(details, jobManagerThread);
    return [
      {
        key: jobManagerThread,
        name: 'JobManager',
        status: details.status,
        ...(held === undefined ? {} : { hold: held.hold }),
      },
      ...details.tasks.map((task) => taskThread(details, task)),
    ];
  }

  async stack(job: JobId, thread: string): Promise<readonly FrameInfo[]> {
    return framesOf(await this.#place(job, thread));
  }

  async read(job: JobId, thread: string, path: readonly string[]): Promise<readonly Variable[]> {
    return variablesOf(await this.#place(job, thread), path);
  }

  async arm(job: JobId, breakpoint: Breakpoint): Promise<Armed> {
    const can = this.#cluster.can('holdRecovery', job);
    if (!can.ok) return { verified: false, why: can.why };
    await this.#cluster.run('holdNextRecovery', { job, hold: true });
    const armed = this.#breakpoints.get(job) ?? new Set();
    this.#breakpoints.set(job, armed.add(breakpoint.id));
    return { verified: true };
  }

  async disarm(job: JobId, breakpoint: BreakpointId): Promise<void> {
    const armed = this.#breakpoints.get(job);
    if (armed?.delete(breakpoint) !== true || armed.size > 0) return;
    this.#breakpoints.delete(job);
    await this.#cluster.run('holdNextRecovery', { job, hold: false });
  }

  async resume(job: JobId, hold: HoldId | undefined, how: ResumeHow): Promise<void> {
    await this.#cluster.run('resume', { job, how, ...(hold === undefined ? {} : { hold }) });
  }

  async inject(fault: Fault): Promise<FaultId> {
    const { fault: faultId } = await this.#cluster.run('inject', { fault });
    this.#injected.add(faultId);
    return faultId;
  }

  async detach(job: JobId): Promise<void> {
    this.#breakpoints.delete(job);
    const details = await this.#cluster.get('job', { job });
    if (details.holdArmed) await this.#cluster.run('holdNextRecovery', { job, hold: false });
    await ignoring('debug.not-held', this.resume(job, undefined, 'go'));
    const armed = await this.#cluster.get('faults', { job });
    for (const { id, state } of armed) {
      if (state !== 'armed' || !this.#injected.has(id)) continue;
      await ignoring('fault.not-found', this.#cluster.run('disarm', { fault: id }));
    }
    this.#injected.clear();
  }

  async #place(job: JobId, thread: string): Promise<HeldPlace> {
    const details = await this.#cluster.get('job', { job });
    const held = heldAt(details, thread);
    if (held === undefined) {
      throw userError('debug.not-held', 'This thread is not held any more.', 'Wait for the next step.', {
        subject: { job },
      });
    }
    const { scope } = held.event;
    const recovery = await this.#cluster.get('recovery', { job, recovery: scope.recovery });
    if (scope.at === 'jobmanager') return { held, recovery };
    const task = details.tasks.find((candidate) => keyOf(job, candidate) === thread);
    const operators = scope.operator === undefined ? [] : await this.#cluster.get('operators', { job });
    const operator = operators.find(({ id }) => id === scope.operator);
    return {
      held,
      recovery,
      ...(task === undefined ? {} : { task }),
      ...(operator === undefined ? {} : { operator }),
    };
  }
}

function taskThread(details: JobDetails, task: TaskInfo): ThreadRef {
  const key = keyOf(details.id, task);
  const held = heldAt(details, key);
  return { key, name: threadName(task), status: task.status, ...(held === undefined ? {} : { hold: held.hold }) };
}

function keyOf(job: JobId, { vertex, subtask, attempt }: TaskInfo): string {
  return attemptKey({ job, vertex, subtask, attempt });
}

function heldAt(details: JobDetails, thread: string): HeldStep | undefined {
  return details.holds.find(({ event: { scope } }) =>
    scope.at === 'jobmanager' ? thread === jobManagerThread : attemptKey(scope) === thread,
  );
}

/** What was to be undone is gone already. */
async function ignoring(code: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof JobStateError) || error.code !== code) throw error;
  }
}
