import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { Later } from '../support/later';
import { Signal } from '../support/signal';

/** Depth below a checkpoint directory at which a snapshot's `_metadata` lies: `chk-<n>/_metadata`. */
const depth = 1;
/** Several files of one snapshot come and go together. */
const lookDelayMs = 150;
/** More are not shown at a time; those that are asked for again are looked at again. */
const keptPaths = 300;

/**
 * Knows which snapshots' files are still there: one watch per directory of checkpoints or savepoints. A directory is looked at anew when
 * something in it comes or goes, never on a timer.
 */
export class SnapshotWatch {
  readonly changed = new Signal<void>();
  private readonly directories = new Set<string>();
  private readonly known = new Map<string, boolean>();
  private watcher: Promise<FSWatcher> | undefined;
  private readonly look = new Later(lookDelayMs, () => this.lookAgain());
  private disposed = false;

  /** True when nothing lies at the path of a snapshot any more. */
  isGone(path: string): boolean {
    let gone = this.known.get(path);
    if (gone === undefined) {
      if (this.known.size >= keptPaths) this.known.clear();
      gone = !existsSync(path);
      this.known.set(path, gone);
      this.watch(dirname(path));
    }
    return gone;
  }

  dispose(): void {
    this.disposed = true;
    this.look.dispose();
    void this.watcher?.then((watcher) => watcher.close());
  }

  private watch(directory: string): void {
    if (this.directories.has(directory)) return;
    this.directories.add(directory);
    this.watcher ??= this.open();
    void this.watcher.then((watcher) => watcher.add(directory));
  }

  private async open(): Promise<FSWatcher> {
    const { watch } = await import('chokidar');
    const watcher = watch([], { depth, ignoreInitial: true, ignorePermissionErrors: true });
    watcher.on('all', () => this.look.soon());
    watcher.on('error', () => this.look.soon());
    if (this.disposed) void watcher.close();
    return watcher;
  }

  private lookAgain(): Promise<void> {
    let any = false;
    for (const [path, gone] of this.known) {
      const now = !existsSync(path);
      if (now === gone) continue;
      this.known.set(path, now);
      any = true;
    }
    if (any) this.changed.fire();
    return Promise.resolve();
  }
}
