import type { Env } from '../base/env';
import { joinPath } from '../base/files';
import type { CheckpointId, OperatorId } from '../base/ids';
import type { CheckpointCache } from '../localrecovery/checkpointCache';
import type { CheckpointCacheManager } from '../localrecovery/checkpointCacheManager';
import type { CloseableRegistry } from '../state/closeableRegistry';
import { FileCheckpointStreamFactory } from '../state/fileCheckpointStreamFactory';
import type { KeyedBackend } from '../state/keyedBackend';
import type { OperatorStateBackend } from '../state/operatorStateBackend';
import { prioritizeState } from '../state/prioritizedStateBuilder';
import type { RecoveryGate } from '../state/recoveryGate';
import { keyedRestorable, operatorRestorable } from '../state/restorables';
import { BackendRestorerProcedure } from '../state/restoreProcedure';
import type { LocalCopy } from '../state/snapshotResult';
import type { LocalCopyInfo, SnapshotTarget, TaskDeployment } from '../wire/messages';
import type { KeyedOperator, SnapshotStreams, TaskStateManager } from './taskState';

/** The state of one task attempt, with the local copies of its slot where the job has local recovery on. */
export class CachedTaskState implements TaskStateManager {
  /** Local copies of other checkpoints than the one restored are given up. */
  static async create(
    env: Env,
    task: TaskDeployment,
    caches: CheckpointCacheManager | undefined,
  ): Promise<CachedTaskState> {
    const { job, vertex, subtask } = task.ref;
    if (!task.config.localRecovery || caches === undefined) return new CachedTaskState(env, task, undefined);
    const cache = await caches.cacheFor({ allocation: task.allocation, job, vertex, subtask });
    await cache.pruneOnRestore(task.restore?.savepoint === false ? task.restore.checkpoint : undefined);
    return new CachedTaskState(env, task, cache);
  }

  private constructor(
    private readonly env: Env,
    private readonly task: TaskDeployment,
    private readonly cache: CheckpointCache | undefined,
  ) {}

  restoreKeyed(of: KeyedOperator, gate: RecoveryGate, open: CloseableRegistry): Promise<KeyedBackend> {
    const restorable = keyedRestorable(this.env, of, `keyed state of ${this.place(of.name)}`, open);
    const { keyed } = prioritizeState(this.env.disk, of.operator, this.task.restore, this.cache);
    return new BackendRestorerProcedure(restorable, gate, open).createAndRestore(keyed);
  }

  restoreOperator(
    operator: OperatorId,
    name: string,
    gate: RecoveryGate,
    open: CloseableRegistry,
  ): Promise<OperatorStateBackend> {
    const restorable = operatorRestorable(`operator state of ${this.place(name)}`);
    const { operator: lists } = prioritizeState(this.env.disk, operator, this.task.restore, this.cache);
    return new BackendRestorerProcedure(restorable, gate, open).createAndRestore(lists);
  }

  streams(target: SnapshotTarget): SnapshotStreams {
    const { checkpointsRoot, inlineThresholdBytes } = this.task.config;
    const directories = {
      exclusive: target.directory,
      shared: joinPath(checkpointsRoot, 'shared'),
      taskOwned: joinPath(checkpointsRoot, 'taskowned'),
    };
    const remote = new FileCheckpointStreamFactory(this.env, directories, inlineThresholdBytes);
    const local = target.type.t === 'checkpoint' ? this.cache : undefined;
    return { keyed: local?.streamFactory(target.checkpoint, remote) ?? remote, operator: remote };
  }

  async storeLocal(
    checkpoint: CheckpointId,
    copies: ReadonlyMap<OperatorId, LocalCopy>,
  ): Promise<Readonly<Record<OperatorId, LocalCopyInfo>>> {
    const { cache } = this;
    if (cache === undefined || copies.size === 0) return {};
    await cache.store(checkpoint, copies);
    const infos: Record<OperatorId, LocalCopyInfo> = {};
    for (const [operator, { file }] of copies) {
      if (!cache.lookup(checkpoint, operator).found) continue;
      infos[operator] = { directory: cache.directory, sizeBytes: file.sizeBytes };
    }
    return infos;
  }

  async confirm(checkpoint: CheckpointId): Promise<void> {
    await this.cache?.confirm(checkpoint);
  }

  async abort(checkpoint: CheckpointId): Promise<void> {
    await this.cache?.abort(checkpoint);
  }

  /** `delay-by-airport (2/4)`, as Flink names subtasks. */
  private place(name: string): string {
    return `${name} (${this.task.ref.subtask + 1}/${this.task.vertex.parallelism})`;
  }
}
