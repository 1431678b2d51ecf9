import type { Disposable, Env } from '../base/env';
import { errorData } from '../base/errors';
import { attemptKey, type AttemptRef, type TaskManagerId, type VertexId } from '../base/ids';
import { assignState, type SubtaskAssignment } from '../checkpoint/stateAssignment';
import type { CompletedCheckpoint } from '../checkpoint/completedCheckpoint';
import type { SavepointCoordinator } from '../checkpoint/savepointCoordinator';
import type { JobGraph } from '../graph/jobGraph';
import type { TaskConfig } from '../wire/messages';
import { deploymentOf } from './deployments';
import type { JobRecorder } from './jobRecorder';
import type { RecoveryGate } from './recoveryGate';
import type { SlotPool } from './slotPool';
import type { Effect } from './states/effects';
import type { JobState } from './states/jobState';
import type { StateEvent } from './states/stateEvent';
import { tasksAt } from './states/tasks';
import type { TaskManagers } from './taskManagers';

/** What effects work on: the parts of one job. */
export interface JobParts {
  readonly env: Env;
  readonly graph: JobGraph;
  readonly bundle: string;
  readonly taskConfig: TaskConfig;
  readonly cancelTimeoutMs: number;
  readonly taskManagers: TaskManagers;
  readonly gate: RecoveryGate;
  readonly slots: SlotPool;
  readonly coordinator: SavepointCoordinator;
  readonly recorder: JobRecorder;
  /** The completed snapshot in this directory. */
  readonly snapshot: (path: string) => CompletedCheckpoint | undefined;
  readonly feed: (event: StateEvent) => void;
  readonly stopSavepoint: (outcome: Promise<CompletedCheckpoint>) => void;
  readonly jobOver: (status: 'CANCELED' | 'FAILED' | 'FINISHED') => void;
  readonly ignored: () => void;
}

interface Restore {
  readonly checkpoint: CompletedCheckpoint;
  readonly assigned: ReadonlyMap<VertexId, readonly SubtaskAssignment[]>;
}

/** Does what the decisions of a job want done. What comes of it comes back as an event. */
export class EffectInterpreter {
  private restore: Restore | undefined;
  private readonly cancels = new Map<string, Disposable>();

  constructor(private readonly parts: JobParts) {}

  /** @param state after the decision */
  run(effect: Effect, state: JobState): void {
    const { gate, slots, coordinator, recorder, taskManagers, env } = this.parts;
    switch (effect.f) {
      case 'beginRecovery':
        this.restore = undefined;
        {
          gate.begin(effect.recovery, effect.cause);
          return;
        }
      case 'enterStep': {
        gate.enter(effect.recovery, effect.step);
        return;
      }
      case 'leaveStep': {
        gate.leave(effect.recovery, effect.step, effect.verdict);
        return;
      }
      case 'endRecovery': {
        gate.end(effect.recovery);
        return;
      }
      case 'giveUpRecovery':
        slots.stop();
        {
          gate.giveUp(effect.recovery, effect.why);
          return;
        }
      case 'cancelTask': {
        this.cancel(effect.ref, effect.taskManager);
        return;
      }
      case 'startDelay': {
        this.delay(effect.delayMs, { e: 'delayOver', recovery: effect.recovery });
        return;
      }
      case 'restoreFrom': {
        this.restoreFrom(effect.checkpoint.path);
        return;
      }
      case 'requestSlots': {
        slots.request(effect.recovery, state, effect.tasks);
        return;
      }
      case 'deploy': {
        this.deploy(effect.recovery, effect.tasks, state);
        return;
      }
      case 'startCheckpoints': {
        coordinator.startScheduler();
        return;
      }
      case 'stopCheckpoints': {
        coordinator.stopScheduler(effect.reason, effect.cause);
        return;
      }
      case 'endInput': {
        taskManagers.send(effect.taskManager, { m: 'endInput', ref: effect.ref });
        return;
      }
      case 'finishTask': {
        taskManagers.send(effect.taskManager, { m: 'finish', ref: effect.ref });
        return;
      }
      case 'finalCheckpoint':
        coordinator.pausePeriodic();
        env.clock.after(effect.delayMs, 'holdable', () => this.finalCheckpoint());
        return;
      case 'stopSavepoint':
        coordinator.pausePeriodic();
        {
          this.stopSavepoint(effect.directory);
          return;
        }
      case 'recordFailure': {
        recorder.failed(effect.cause, effect.concurrent, env.clock.wallMs());
        return;
      }
      case 'jobOver':
        slots.stop();
        gate.close();
        {
          this.parts.jobOver(effect.status);
          return;
        }
      case 'ignore': {
        this.parts.ignored();
        return;
      }
    }
  }

  /** The attempt has ended: nobody waits for its cancellation any more. */
  ended(ref: AttemptRef): void {
    const key = attemptKey(ref);
    this.cancels.get(key)?.dispose();
    this.cancels.delete(key);
  }

  close(): void {
    for (const timer of this.cancels.values()) timer.dispose();
    this.cancels.clear();
  }

  /** As in Flink, a task that does not end in time is ended with its TaskManager. */
  private cancel(ref: AttemptRef, taskManager: TaskManagerId): void {
    const { taskManagers, env, cancelTimeoutMs } = this.parts;
    taskManagers.send(taskManager, { m: 'cancel', ref });
    const timer = env.clock.after(cancelTimeoutMs, 'real', () => {
      env.log.warn('a task does not end, so its TaskManager is killed', { task: attemptKey(ref), taskManager });
      taskManagers.kill(taskManager, { lose: false, injected: false });
    });
    this.cancels.set(attemptKey(ref), timer);
  }

  private delay(delayMs: number, event: StateEvent): void {
    if (delayMs === 0) this.parts.feed(event);
    else this.parts.env.clock.after(delayMs, 'holdable', () => this.parts.feed(event));
  }

  private restoreFrom(path: string): void {
    const { graph, coordinator, env, snapshot } = this.parts;
    const checkpoint = snapshot(path);
    if (checkpoint === undefined) return;
    this.restore = { checkpoint, assigned: assignState(checkpoint, graph) };
    coordinator.stats.restored({
      id: checkpoint.id,
      restoredMs: env.clock.wallMs(),
      savepoint: checkpoint.kind !== 'CHECKPOINT',
      path: checkpoint.directory,
    });
  }

  /** A TaskManager that went away a moment ago gets nothing; that it is gone is an event that follows. */
  private deploy(recovery: number, tasks: readonly number[], state: JobState): void {
    const { graph, bundle, taskConfig, taskManagers, gate } = this.parts;
    const context = {
      graph,
      bundle,
      config: taskConfig,
      recovery,
      stepping: gate.taskStepping,
      tasks: state.tasks,
      dataAddress: (taskManager: TaskManagerId) => taskManagers.dataAddress(taskManager) ?? '',
      ...(this.restore === undefined ? {} : { restore: this.restore }),
    };
    for (const task of tasksAt(state, tasks)) {
      if (task.taskManager === undefined) continue;
      taskManagers.send(task.taskManager, { m: 'deploy', task: deploymentOf(task, context) });
    }
  }

  private finalCheckpoint(): void {
    const { coordinator, feed } = this.parts;
    coordinator.completeCheckpoint().then(
      () => feed({ e: 'finalCheckpointDone' }),
      (error: unknown) => feed({ e: 'finalCheckpointFailed', error: errorData(error) }),
    );
  }

  private stopSavepoint(directory: string): void {
    const { coordinator, feed, stopSavepoint } = this.parts;
    const outcome = coordinator.triggerSavepoint(directory, true);
    stopSavepoint(outcome);
    outcome.then(
      () => feed({ e: 'stopSavepointDone' }),
      (error: unknown) => feed({ e: 'stopSavepointFailed', error: errorData(error) }),
    );
  }
}
