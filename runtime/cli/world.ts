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
  /** The terminal that standard output is now; undefined: a pipe or a file. */
  screen(): Screen | undefined;
  /** Standard error is a terminal: progress is shown there. */
  readonly errorIsTerminal: boolean;
  readonly directory: string;
  /** The absolute path of what was typed, by the rules of this platform. */
  resolve(path: string): string;
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

/** A terminal; in lines. */
export interface Screen {
  readonly rows: number;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly url?: string;
  /** Of the engine at `url`. */
  readonly tokenFile?: string;
}

/** Options of a command that is about one job. */
export interface JobOptions extends CommonOptions {
  /** Its id or name. */
  readonly job?: string;
}

/** Options of a list that comes in pages. */
export interface PageOptions {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}
