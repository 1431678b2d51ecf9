import type { Disposable } from '../base/env';
import type { Cluster } from '../cluster/cluster';
import type { DiscoveryEntry } from '../host/discovery';
import type { LaunchedRuntime, LaunchOptions } from '../host/launch';

/** Where an engine is. */
export interface Engine {
  readonly url: string;
  readonly token?: string;
  /** It is known to be an embedded runtime. Others are asked what they are. */
  readonly embedded?: true;
}

/** What the commands need of the world around them; tests give another one. */
export interface CliWorld {
  /** Standard output, a line or lines with their ends. */
  write(text: string): void;
  writeError(text: string): void;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  discover(): Promise<readonly DiscoveryEntry[]>;
  connect(engine: Engine): Promise<Cluster>;
  launch(options: Pick<LaunchOptions, 'settings' | 'onLog' | 'onExit'>): Promise<LaunchedRuntime>;
  /** Calls back for Ctrl-C and for a polite request to end. */
  onInterrupt(run: () => void): Disposable;
  isFile(path: string): Promise<boolean>;
  /** The text of a file. Rejects when it cannot be read. */
  readText(path: string): Promise<string>;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly url?: string;
  /** Of the engine at `url`. */
  readonly tokenFile?: string;
}
