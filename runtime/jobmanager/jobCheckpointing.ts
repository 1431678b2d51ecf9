import type { Env } from '../base/env';
import type { ErrorData } from '../base/errors';
import { errorData } from '../base/errors';
import type { AttemptRef, CheckpointId } from '../base/ids';
import type { CheckpointPlan } from '../checkpoint/checkpointGateway';
import type { CompletedCheckpoint } from '../checkpoint/completedCheckpoint';
import { CompletedCheckpointStore } from '../checkpoint/completedCheckpointStore';
import { FileSystemStateStore } from '../checkpoint/fileSystemStateStore';
import { SavepointCoordinator } from '../checkpoint/savepointCoordinator';
import type { ToTaskManager } from '../wire/messages';
import type { JobSpec } from './jobSpec';
import type { JobState } from './states/jobState';
import { isLive } from './states/tasks';

/** What the checkpoints of a job need of it. */
export interface CheckpointingHost {
  readonly state: () => JobState;
  readonly toTask: (ref: AttemptRef, message: ToTaskManager) => void;
  /** To every TaskManager that runs tasks of the job. */
  readonly toTaskManagers: (message: ToTaskManager) => void;
  readonly changed: (checkpoint: CheckpointId) => void;
  /** A recovery may start from it. */
  readonly restorable: (checkpoint: CompletedCheckpoint, dataFinished: readonly AttemptRef[]) => void;
  readonly tolerableFailuresExceeded: (error: ErrorData) => void;
}

/** Coordinator and store of one job, and the snapshots that a recovery can start from, by directory. */
export class JobCheckpointing {
  readonly coordinator: SavepointCoordinator;
  readonly store: CompletedCheckpointStore;
  private readonly snapshots = new Map<string, CompletedCheckpoint>();

  constructor(env: Env, spec: JobSpec, host: CheckpointingHost) {
    const { id: job, graph, config, checkpointDirectory: directory, lastCheckpointId: lastId, origin } = spec;
    this.store = new CompletedCheckpointStore(env.disk, env.log, config.checkpointing.retained, (checkpoint) => {
      this.snapshots.delete(checkpoint.directory);
      this.coordinator.stats.discarded(checkpoint.id);
      host.changed(checkpoint.id);
    });
    if (origin !== undefined) this.keep(origin);
    this.coordinator = new SavepointCoordinator(
      env,
      { job, graph, config: config.checkpointing, directory, lastId },
      {
        plan: () => checkpointPlan(host.state()),
        triggerCheckpoint: (ref, target) => host.toTask(ref, { m: 'triggerCheckpoint', ref, target }),
        notifyComplete: (checkpoint, savepoint) =>
          host.toTaskManagers({ m: 'checkpointComplete', job, checkpoint, savepoint }),
        notifyAborted: (checkpoint) => host.toTaskManagers({ m: 'checkpointAborted', job, checkpoint }),
      },
      new FileSystemStateStore(env.disk, env.log, graph.jobName),
      this.store,
      {
        changed: host.changed,
        completed: (checkpoint, dataFinished) => {
          // Like Flink, a recovery does not build upon a savepoint after which the job went on.
          if (checkpoint.kind === 'SAVEPOINT') return;
          if (checkpoint.kind === 'CHECKPOINT') this.snapshots.set(checkpoint.directory, checkpoint);
          else this.keep(checkpoint);
          host.restorable(checkpoint, dataFinished);
        },
        failed: (_checkpoint, _kind, error) => env.log.warn(error.message, { job }),
        tolerableFailuresExceeded: (error) => host.tolerableFailuresExceeded(errorData(error)),
      },
    );
  }

  snapshot(directory: string): CompletedCheckpoint | undefined {
    return this.snapshots.get(directory);
  }

  /** A savepoint: it belongs to the user. */
  private keep(savepoint: CompletedCheckpoint): void {
    this.snapshots.set(savepoint.directory, savepoint);
    this.store.addRestored(savepoint);
  }
}

/** As in Flink, a snapshot is only begun when all tasks run that have not finished, and none is about to. */
function checkpointPlan(state: JobState): CheckpointPlan {
  const running = state.tasks.filter((task) => task.state === 'RUNNING' && !task.mayEnd);
  const finished = state.tasks.filter((task) => task.state === 'FINISHED');
  const idle = state.tasks.find((task) => !running.includes(task) && !finished.includes(task));
  if (idle !== undefined) {
    const { name, subtask, parallelism } = idle.name;
    const is = idle.state === 'RUNNING' ? 'about to finish' : idle.state;
    return { ready: false, why: `Task ${name} ${subtask + 1}/${parallelism} is ${is}.` };
  }
  return {
    ready: true,
    trigger: running.filter((task) => task.source).map(({ ref }) => ref),
    acknowledge: running.map(({ ref }) => ref),
    finished: finished.map(({ ref }) => ref),
    dataFinished: running.filter((task) => task.dataFinished).map(({ ref }) => ref),
  };
}

/** Every TaskManager with a task of the job that has not ended. */
export function taskManagersOf(state: JobState): readonly NonNullable<JobState['tasks'][number]['taskManager']>[] {
  return [...new Set(state.tasks.filter(isLive).flatMap(({ taskManager }) => taskManager ?? []))];
}
