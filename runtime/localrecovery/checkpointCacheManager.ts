import { joinPath } from '../base/files';
import type { AllocationId, JobId, OperatorId, VertexId } from '../base/ids';
import { CheckpointCache, type CacheEnv } from './checkpointCache';

/** Bytes of all local copies of a TaskManager, unless it is told otherwise. */
const defaultLimitBytes = 16 * 1024 ** 3;

/** Which task, in which slot. */
export interface CacheOwner {
  readonly allocation: AllocationId;
  readonly job: JobId;
  readonly vertex: VertexId;
  readonly subtask: number;
}

interface OwnedCache {
  readonly owner: {
    readonly allocation: string;
    readonly job: string;
    readonly vertex: string;
    readonly subtask: number;
  };
  readonly cache: CheckpointCache;
}

/**
 * All local copies of one TaskManager, in the design of FLINK-7873; Flink's `TaskExecutorLocalStateStoresManager` with its layout
 * `aid_…/jid_…/vtx_…_sti_…/chk_<n>/`. It outlives its tasks and, by its directory, the process.
 */
export class CheckpointCacheManager {
  private readonly caches = new Map<string, OwnedCache>();
  /** Changes of the set of caches, one after the other. */
  private work: Promise<unknown> = Promise.resolve();

  /** Takes over what an earlier process left below `directory` (`…/localState`); what is not of this layout is removed. */
  static async open(env: CacheEnv, directory: string, limitBytes = defaultLimitBytes): Promise<CheckpointCacheManager> {
    const manager = new CheckpointCacheManager(env, directory, limitBytes);
    await manager.scan();
    return manager;
  }

  private constructor(
    private readonly env: CacheEnv,
    private readonly directory: string,
    private readonly limitBytes: number,
  ) {}

  get sizeBytes(): number {
    let size = 0;
    for (const { cache } of this.caches.values()) size += cache.sizeBytes;
    return size;
  }

  /** The cache of a task, with what is there from earlier attempts. Caches of the same task in other slots are removed. */
  cacheFor(owner: CacheOwner): Promise<CheckpointCache> {
    return this.inTurn(async () => {
      await this.removeWhere((other) => isSameTask(other, owner) && other.allocation !== owner.allocation);
      const path = pathOf(owner);
      return this.caches.get(path)?.cache ?? this.openCache(path, owner);
    });
  }

  /** Slots that are not among these were given back while the process was away (Flink's `retainLocalStateForAllocations`). */
  retainAllocations(allocations: readonly AllocationId[]): Promise<void> {
    const retained = new Set<string>(allocations);
    return this.inTurn(() => this.removeWhere((owner) => !retained.has(owner.allocation)));
  }

  /** The job has ended for good. */
  releaseJob(job: JobId): Promise<void> {
    return this.inTurn(() => this.removeWhere((owner) => owner.job === job));
  }

  /** The cache that has the newest copy of the keyed state of one operator's subtask. */
  cacheWith(job: JobId, operator: OperatorId, subtask: number): CheckpointCache | undefined {
    const candidates = [...this.caches.values()].filter(
      ({ owner, cache }) => owner.job === job && owner.subtask === subtask && cache.newestCopy(operator) !== undefined,
    );
    return candidates[0]?.cache;
  }

  /** Settles when all caches have done their work on the disk. */
  async settled(): Promise<void> {
    await this.work;
    await Promise.all([...this.caches.values()].map(({ cache }) => cache.settled()));
  }

  private async scan(): Promise<void> {
    const { disk } = this.env;
    for (const allocation of await disk.list(this.directory)) {
      for (const job of await disk.list(joinPath(this.directory, allocation))) {
        for (const vertex of await disk.list(joinPath(this.directory, allocation, job))) {
          const path = `${allocation}/${job}/${vertex}`;
          const owner = ownerOf(path);
          if (owner === undefined) await disk.remove(joinPath(this.directory, path));
          else await this.openCache(path, owner);
        }
      }
    }
  }

  private async openCache(path: string, owner: OwnedCache['owner']): Promise<CheckpointCache> {
    const directory = joinPath(this.directory, path);
    const cache = await CheckpointCache.open(this.env, directory, () => this.sizeBytes < this.limitBytes);
    this.caches.set(path, { owner, cache });
    return cache;
  }

  private async removeWhere(obsolete: (owner: OwnedCache['owner']) => boolean): Promise<void> {
    for (const [path, { owner, cache }] of [...this.caches]) {
      if (!obsolete(owner)) continue;
      this.caches.delete(path);
      await cache.dispose();
      await this.removeEmptyParents(path);
    }
  }

  private async removeEmptyParents(path: string): Promise<void> {
    const [allocation = '', job = ''] = path.split('/');
    for (const parent of [joinPath(this.directory, allocation, job), joinPath(this.directory, allocation)]) {
      if ((await this.env.disk.list(parent)).length > 0) return;
      await this.env.disk.remove(parent);
    }
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const done = this.work.then(task);
    this.work = done.catch(() => undefined);
    return done;
  }
}

function isSameTask(a: OwnedCache['owner'], b: CacheOwner): boolean {
  return a.job === b.job && a.vertex === b.vertex && a.subtask === b.subtask;
}

function pathOf(owner: CacheOwner): string {
  return `aid_${owner.allocation}/jid_${owner.job}/vtx_${owner.vertex}_sti_${owner.subtask}`;
}

function ownerOf(path: string): OwnedCache['owner'] | undefined {
  const parts = /^aid_([0-9a-f]{32})\/jid_([0-9a-f]{32})\/vtx_([0-9a-f]{32})_sti_(\d{1,9})$/.exec(path);
  if (parts === null) return undefined;
  const [, allocation = '', job = '', vertex = '', subtask = ''] = parts;
  return { allocation, job, vertex, subtask: Number(subtask) };
}
