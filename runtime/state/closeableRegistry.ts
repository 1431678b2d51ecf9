import { JobStateError } from '../base/errors';

/** Something that holds a resource. `close` gives it up and may be called more than once. */
export interface Closeable {
  close(): Promise<void>;
}

/**
 * Every open stream of one snapshot or one restore. A cancel closes them all at once, so that nothing waits for a slow disk; what is
 * registered afterwards is closed and refused (Flink's `CloseableRegistry`).
 */
export class CloseableRegistry implements Closeable {
  private readonly open = new Set<Closeable>();
  private isClosed = false;

  get closed(): boolean {
    return this.isClosed;
  }

  /** Fails with `state.cancelled`, after closing `closeable`, when the registry is closed. */
  register<C extends Closeable>(closeable: C): C {
    if (this.isClosed) {
      closeable.close().catch(() => undefined);
      throw cancelled();
    }
    this.open.add(closeable);
    return closeable;
  }

  /** True when it was registered; then the caller alone is responsible for it again. */
  unregister(closeable: Closeable): boolean {
    return this.open.delete(closeable);
  }

  /** Fails with `state.cancelled` when the registry is closed; long work asks now and then. */
  check(): void {
    if (this.isClosed) throw cancelled();
  }

  /** Closes all, the newest first; waits for all of them and fails with the first error. */
  async close(): Promise<void> {
    this.isClosed = true;
    const all = [...this.open].reverse();
    this.open.clear();
    const ends = await Promise.allSettled(all.map((closeable) => closeable.close()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason as Error;
  }
}

function cancelled(): JobStateError {
  return new JobStateError('state.cancelled', 'The snapshot or restore was cancelled.', {
    domain: 'external',
    retry: 'backoff',
  });
}
