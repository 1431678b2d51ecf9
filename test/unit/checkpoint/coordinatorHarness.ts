import { setImmediate } from 'node:timers/promises';
import type { ErrorData } from '../../../runtime/base/errors';
import { errorData } from '../../../runtime/base/errors';
import {
  id,
  type AttemptRef,
  type CheckpointId,
  type JobId,
  type OperatorId,
  type VertexId,
} from '../../../runtime/base/ids';
import type { CheckpointPlan } from '../../../runtime/checkpoint/checkpointGateway';
import type { CompletedCheckpoint } from '../../../runtime/checkpoint/completedCheckpoint';
import { CompletedCheckpointStore } from '../../../runtime/checkpoint/completedCheckpointStore';
import { FileSystemStateStore } from '../../../runtime/checkpoint/fileSystemStateStore';
import { SavepointCoordinator } from '../../../runtime/checkpoint/savepointCoordinator';
import type { SubtaskState } from '../../../runtime/formats/handles';
import { defaultExecutionConfig, type CheckpointConfig } from '../../../runtime/graph/executionConfig';
import type { JobGraph, JobVertex } from '../../../runtime/graph/jobGraph';
import type { SnapshotTarget } from '../../../runtime/wire/messages';
import { SimFileSystem } from '../../simulation/disk';
import { SimSwitchboard } from '../../simulation/net';
import { SimProcess, type Machine } from '../../simulation/process';
import { Schedule } from '../../simulation/schedule';

export const job = id<JobId>('a'.repeat(32));
const sourceId = id<VertexId>('1'.repeat(32));
export const countId = id<VertexId>('2'.repeat(32));
export const directory = '/c';

function vertex(vertexId: VertexId, name: string, kind: 'source' | 'keyedProcess', uid?: string): JobVertex {
  return {
    id: vertexId,
    name,
    parallelism: 2,
    maxParallelism: 128,
    operators: [
      {
        nodeId: 1,
        operatorId: id<OperatorId>(vertexId),
        name,
        kind,
        ...(uid === undefined ? {} : { uid }),
        chainedTo: [],
      },
    ],
  };
}

/** `Source` → `count`, two subtasks each. */
export const graph: JobGraph = {
  jobName: 'test',
  vertices: [vertex(sourceId, 'Source: test', 'source'), vertex(countId, 'count', 'keyedProcess', 'stats')],
  edges: [{ from: sourceId, fromNodeId: 1, to: countId, toNodeId: 1, ship: 'hash' }],
};

export const tasks: readonly AttemptRef[] = [sourceId, countId].flatMap((vertexId) =>
  [0, 1].map((subtask) => ({ job, vertex: vertexId, subtask, attempt: 0 })),
);

const metrics = { syncMs: 1, asyncMs: 2, alignmentMs: 0, startDelayMs: 0, stateSizeBytes: 0 };

/** A coordinator on a simulated machine, with tasks that do what the test says. */
export class CoordinatorHarness {
  readonly fs = new SimFileSystem();
  readonly schedule = new Schedule();
  readonly env;
  readonly coordinator: SavepointCoordinator;
  readonly store: CompletedCheckpointStore;
  /** What was sent to tasks and told to the listener, in order. */
  readonly trace: string[] = [];
  readonly targets: SnapshotTarget[] = [];
  plan: CheckpointPlan = {
    ready: true,
    trigger: tasks.slice(0, 2),
    acknowledge: tasks,
    finished: [],
    dataFinished: [],
  };

  constructor(config: Partial<CheckpointConfig> = {}, lastId = 0) {
    const machine: Machine = {
      schedule: this.schedule,
      fs: this.fs,
      board: new SimSwitchboard(),
      trace: () => undefined,
      spawn: () => {
        throw new Error('no children here');
      },
    };
    this.env = new SimProcess('jobmanager', 1, machine, 1).env;
    const checkpointing = { ...defaultExecutionConfig.checkpointing, ...config };
    this.store = new CompletedCheckpointStore(this.env.disk, this.env.log, checkpointing.retained, (checkpoint) => {
      this.coordinator.stats.discarded(checkpoint.id);
    });
    this.coordinator = new SavepointCoordinator(
      this.env,
      { job, graph, config: checkpointing, directory, lastId },
      {
        plan: () => this.plan,
        triggerCheckpoint: (ref, target) => {
          this.trace.push(`trigger ${target.checkpoint} at ${ref.subtask}`);
          if (ref.subtask === 0) this.targets.push(target);
        },
        notifyComplete: (checkpoint, savepoint) =>
          this.trace.push(`complete ${checkpoint}${savepoint ? ' savepoint' : ''}`),
        notifyAborted: (checkpoint) => this.trace.push(`aborted ${checkpoint}`),
      },
      new FileSystemStateStore(this.env.disk, this.env.log, 'test'),
      this.store,
      {
        changed: () => undefined,
        completed: ({ id: checkpoint }) => this.trace.push(`completed ${checkpoint}`),
        failed: (checkpoint, _kind, error) => this.trace.push(`failed ${checkpoint} ${error.code}`),
        tolerableFailuresExceeded: (error) => this.trace.push(`too many: ${error.code}`),
      },
    );
  }

  /** Lets virtual time pass. */
  async pass(ms = 50): Promise<void> {
    await setImmediate(); // what was begun before schedules its work first
    const end = this.schedule.nowMs + ms;
    let over = false;
    this.schedule.at(ms, () => (over = true));
    await this.schedule.run(
      () => over,
      end,
      () => undefined,
    );
  }

  target(): SnapshotTarget {
    const target = this.targets.at(-1);
    if (target === undefined) throw new Error('nothing was triggered');
    return target;
  }

  /** All tasks write a file into the snapshot's directory and acknowledge. */
  acknowledgeAll(target = this.target(), refs: readonly AttemptRef[] = tasks): void {
    for (const ref of refs) {
      const name = `00000000-0000-4000-8000-00000000000${ref.vertex === countId ? ref.subtask : ref.subtask + 2}`;
      this.fs.write(`${target.directory}/${name}`, new Uint8Array(10));
      this.acknowledge(ref, target.checkpoint, keyedState(name, ref.subtask));
    }
  }

  acknowledge(ref: AttemptRef, checkpoint: CheckpointId, state: SubtaskState): boolean {
    const states = { [ref.vertex]: state } as Record<OperatorId, SubtaskState>;
    return this.coordinator.acknowledge(ref, checkpoint, { states, local: {} }, metrics);
  }

  /** Triggers, acknowledges, completes. */
  async complete(): Promise<CompletedCheckpoint> {
    const done = this.coordinator.completeCheckpoint();
    await this.pass();
    this.acknowledgeAll();
    await this.pass();
    return done;
  }

  files(): string[] {
    return [...this.fs.files.keys()].sort();
  }

  checkpointDirectories(): string[] {
    return this.fs.list(directory);
  }
}

export function keyedState(path: string, subtask: number): SubtaskState {
  const range = { start: subtask * 64, end: subtask * 64 + 63 };
  const offsets = Array.from({ length: 64 }, () => 0);
  return { managedKeyed: { t: 'keyGroups', range, offsets, data: { t: 'relative', path, sizeBytes: 10 }, id: path } };
}

/** How a promise ended, without leaving it unhandled. */
export function outcomeOf<T>(promise: Promise<T>): { value?: T; error?: ErrorData } {
  const outcome: { value?: T; error?: ErrorData } = {};
  promise.then(
    (value) => (outcome.value = value),
    (error: unknown) => (outcome.error = errorData(error)),
  );
  return outcome;
}
