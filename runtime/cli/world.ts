import type { Disposable } from '../base/env';
import type { Cluster } from '../cluster/cluster';
import type { DiscoveryEntry } from '../host/discovery';
import type { LaunchedRuntime, LaunchOptions } from '../host/launch';

/** What the commands need of the world around them; tests give another one. */
export interface CliWorld {
  /** Standard output, a line or lines with their ends. */
  write(text: string): void;
  writeError(text: string): void;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  discover(): Promise<readonly DiscoveryEntry[]>;
  connect(engine: { readonly url: string; readonly token?: string }): Promise<Cluster>;
  launch(options: Pick<LaunchOptions, 'settings' | 'onLog' | 'onExit'>): Promise<LaunchedRuntime>;
  /** Calls back for Ctrl-C and for a polite request to end. */
  onInterrupt(run: () => void): Disposable;
  isFile(path: string): Promise<boolean>;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly url?: string;
}
