import type { Random } from '../base/env';
import { JobStateError } from '../base/errors';
import type { ArmedFault, Fault } from '../base/faults';
import { id as brand, type FaultId, type OperatorId, type TaskManagerId } from '../base/ids';
import type { EventHub } from './eventHub';
import type { JobMaster } from './jobMaster';
import type { TaskManagers } from './taskManagers';

interface Entry {
  armed: ArmedFault;
  /** Where it waits. */
  readonly taskManager: TaskManagerId;
}

const keptFaults = 200;

/** The failures on demand: armed at the TaskManager of their task, or done at once. */
export class FaultRegistry {
  private readonly entries = new Map<FaultId, Entry>();

  constructor(
    private readonly random: Random,
    private readonly taskManagers: TaskManagers,
    private readonly hub: EventHub,
    private readonly job: (job: JobMaster['id']) => JobMaster,
  ) {}

  get records(): readonly ArmedFault[] {
    return [...this.entries.values()].map(({ armed }) => armed);
  }

  /** Throws `fault.no-target` when there is nothing it could hit. */
  inject(fault: Fault): FaultId {
    const faultId = brand<FaultId>(`fault-${this.random.hex(6)}`);
    if (fault.k === 'killTaskManager') {
      const { taskManager, lose } = fault;
      if (!this.taskManagers.kill(taskManager, { lose, injected: true })) {
        throw noTarget(`TaskManager ${taskManager} has no process.`);
      }
      const outcome = lose ? 'It was killed and its directory removed.' : 'It was killed.';
      this.put(faultId, { armed: { id: faultId, fault, state: 'fired', outcome }, taskManager });
      return faultId;
    }
    const taskManager = this.placeOf(fault);
    this.put(faultId, { armed: { id: faultId, fault, state: 'armed' }, taskManager });
    this.taskManagers.send(taskManager, { m: 'arm', id: faultId, fault });
    return faultId;
  }

  /** Throws `fault.not-found`; does nothing when it has fired. */
  disarm(faultId: FaultId): void {
    const entry = this.entries.get(faultId);
    if (entry === undefined) {
      throw new JobStateError('fault.not-found', `There is no fault ${faultId}.`, { domain: 'user' });
    }
    if (entry.armed.state !== 'armed') return;
    this.taskManagers.send(entry.taskManager, { m: 'disarm', id: faultId });
    this.change(entry, 'disarmed');
  }

  fired(faultId: FaultId, fired: boolean, outcome: string): void {
    const entry = this.entries.get(faultId);
    if (entry?.armed.state === 'armed') this.change(entry, fired ? 'fired' : 'missed', outcome);
  }

  /** What was armed in a process is gone with it. */
  taskManagerGone(taskManager: TaskManagerId): void {
    for (const entry of this.entries.values()) {
      if (entry.taskManager !== taskManager || entry.armed.state !== 'armed') continue;
      this.change(entry, 'missed', `TaskManager ${taskManager} ended before.`);
    }
  }

  private placeOf(fault: Exclude<Fault, { k: 'killTaskManager' }>): TaskManagerId {
    const job = this.job(fault.job);
    const vertex = job.vertexOf(fault.operator);
    const task = vertex === undefined ? undefined : { vertex, subtask: fault.subtask };
    // A local copy lies there also while its task waits to be restored.
    const taskManager = task && (fault.k === 'localCopy' ? job.homeOf(task) : job.placeOf(task)?.taskManager);
    if (taskManager === undefined || !this.taskManagers.isAlive(taskManager))
      throw noTarget(`${nameOf(fault.operator)}, subtask ${fault.subtask + 1}, is not running.`);
    return taskManager;
  }

  private change(entry: Entry, state: ArmedFault['state'], outcome?: string): void {
    entry.armed = { ...entry.armed, state, ...(outcome === undefined ? {} : { outcome }) };
    this.hub.publish({ e: 'fault', fault: entry.armed });
  }

  private put(faultId: FaultId, entry: Entry): void {
    this.entries.set(faultId, entry);
    const oldest = this.entries.keys().next();
    if (this.entries.size > keptFaults && oldest.done !== true) this.entries.delete(oldest.value);
    this.hub.publish({ e: 'fault', fault: entry.armed });
  }
}

function nameOf(operator: OperatorId): string {
  return `Operator ${operator}`;
}

function noTarget(message: string): JobStateError {
  return new JobStateError('fault.no-target', message, {
    domain: 'user',
    retry: 'backoff',
    advice: 'Try again when it runs.',
  });
}
