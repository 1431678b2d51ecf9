import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FSWatcher } from 'chokidar';
import { Later } from '../support/later';
import { Signal } from '../support/signal';

/** Depth below a checkpoint directory at which a snapshot's `_metadata` lies: `chk-<n>/_metadata`. */
const depth = 1;
/** Several files of one snapshot come and go together. */
const lookDelayMs = 150;
/**
 * Knows which snapshots' files are still there: one watch per directory of checkpoints or savepoints. A directory is looked at anew when
 * something in it comes or goes, never on a timer.
 */
export class SnapshotWatch {
  readonly changed = new Signal<void>();
  /** What lies in each watched directory. */
  private readonly names = new Map<string, ReadonlySet<string>>();
  private watcher: Promise<FSWatcher> | undefined;
  private readonly look = new Later(lookDelayMs, () => this.lookAgain());
  private disposed = false;

  /** True when nothing lies at the path of a snapshot any more. */
  isGone(path: string): boolean {
    const directory = dirname(path);
    const names = this.names.get(directory) ?? this.watch(directory);
    return !names.has(basename(path));
  }

  dispose(): void {
    this.disposed = true;
    this.look.dispose();
    void this.watcher?.then((watcher) => watcher.close());
  }

  private watch(directory: string): ReadonlySet<string> {
    const names = namesIn(directory);
    this.names.set(directory, names);
    this.watcher ??= this.open();
    void this.watcher.then((watcher) => watcher.add(directory));
    return names;
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
    for (const [directory, before] of this.names) {
      const names = namesIn(directory);
      if (isDeepStrictEqual(names, before)) continue;
      this.names.set(directory, names);
      any = true;
    }
    if (any) this.changed.fire();
    return Promise.resolve();
  }
}

/** None when the directory is gone. */
function namesIn(directory: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(directory));
  } catch {
    return new Set();
  }
}
