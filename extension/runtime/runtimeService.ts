import { errorData, userError } from '../../runtime/base/errors';
import type { ChildExit } from '../../runtime/base/env';
import type { Cluster } from '../../runtime/cluster/cluster';
import type { LaunchedRuntime, RuntimeReady } from '../../runtime/host/launch';
import { Signal } from '../support/signal';
import { runtimeEnd, type RuntimeState } from './runtimeState';

/** What the service needs of the world; bound to processes and files in extension/runtime/hosting.ts. */
export interface RuntimeWorld {
  launch(hooks: { onLog: (text: string) => void; onExit: (exit: ChildExit) => void }): Promise<LaunchedRuntime>;
  /** A runtime that serves this folder already, found by its discovery file. */
  find(): Promise<RuntimeReady | undefined>;
  connect(ready: RuntimeReady): Promise<Cluster>;
  isTrusted(): boolean;
  nowMs(): number;
  log(text: string): void;
}

/**
 * The one runtime of a window: attaches to one that serves the folder, else starts one that ends with this window.
 * Nothing is started in a folder that is not trusted.
 */
export class RuntimeService {
  readonly changed = new Signal<RuntimeState>();
  private current: RuntimeState = { k: 'none' };
  private starting: Promise<Cluster> | undefined;
  private launched: LaunchedRuntime | undefined;
  private stopping = false;

  constructor(private readonly world: RuntimeWorld) {}

  get state(): RuntimeState {
    return this.current;
  }

  /** The cluster when there is one. */
  get cluster(): Cluster | undefined {
    return this.current.k === 'connected' ? this.current.cluster : undefined;
  }

  /** The cluster; starts the runtime when there is none. Rejects with `runtime.untrusted-folder` or what the start says. */
  ensure(): Promise<Cluster> {
    if (this.current.k === 'connected') return Promise.resolve(this.current.cluster);
    this.starting ??= this.start().finally(() => (this.starting = undefined));
    return this.starting;
  }

  /** Attaches to a runtime that is there; never starts one. */
  async attach(): Promise<Cluster | undefined> {
    if (this.current.k !== 'none' || !this.world.isTrusted()) return this.cluster;
    const found = await this.world.find();
    return found === undefined ? undefined : this.connected(found, undefined);
  }

  /** Ends the runtime if it is this window's own, else only lets go of it. */
  async stop(): Promise<void> {
    const { launched } = this;
    this.stopping = true;
    this.cluster?.dispose();
    this.launched = undefined;
    try {
      await launched?.stop();
    } finally {
      this.stopping = false;
      this.become({ k: 'none' });
    }
  }

  /** Told by whoever follows the events of the cluster: the connection is gone. Only for runtimes of others; our own tell by their exit. */
  lost(cluster: Cluster): void {
    if (this.current.k !== 'connected' || this.current.cluster !== cluster || this.current.owned) return;
    cluster.dispose();
    const end = { text: 'the window or terminal that started it', atMs: this.world.nowMs(), lastLines: [] };
    this.become({ k: 'ended', end, owned: false });
  }

  private async start(): Promise<Cluster> {
    if (!this.world.isTrusted()) {
      throw userError(
        'runtime.untrusted-folder',
        'Jobs run only in a trusted folder.',
        'Trust the folder, then run the job again.',
      );
    }
    this.become({ k: 'starting' });
    try {
      const found = await this.world.find();
      if (found !== undefined) return await this.connected(found, undefined);
      this.launched = await this.world.launch({
        onLog: (text) => this.world.log(text),
        onExit: (exit) => this.exited(exit),
      });
      return await this.connected(this.launched, this.launched);
    } catch (error) {
      if (this.state.k === 'starting') this.become(this.failedStart(error));
      throw error;
    }
  }

  private async connected(ready: RuntimeReady, launched: LaunchedRuntime | undefined): Promise<Cluster> {
    const cluster = await this.world.connect(ready);
    this.become({ k: 'connected', cluster, pid: ready.pid, owned: launched !== undefined });
    return cluster;
  }

  private failedStart(error: unknown): RuntimeState {
    const lastLines = errorData(error)
      .message.split('\n')
      .filter((line) => line.trim() !== '');
    return {
      k: 'ended',
      end: { text: 'an error while it was starting', atMs: this.world.nowMs(), lastLines },
      owned: true,
    };
  }

  private exited(exit: ChildExit): void {
    this.launched = undefined;
    if (this.stopping) return;
    this.cluster?.dispose();
    this.become({ k: 'ended', end: runtimeEnd(exit, this.world.nowMs()), owned: true });
  }

  private become(state: RuntimeState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
