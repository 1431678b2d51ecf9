/** A real runtime in a temporary folder: launched like the extension does it, driven through its cluster, gone at the end of the test. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChildExit } from '../../runtime/base/env';
import { EmbeddedCluster } from '../../runtime/cluster/embeddedCluster';
import { launchRuntime, type LaunchedRuntime, type RuntimeSettings } from '../../runtime/host/launch';
import { FollowedEvents } from './followedEvents';
import { allGone, markedProcesses, markVariable, type RunningProcess } from './processes';
import { atEnd, type Scope } from './scope';

export const program = fileURLToPath(new URL('../../dist/runtime.mjs', import.meta.url));

/** The path of a job in test/jobs/. */
export function jobFile(name: string): string {
  return fileURLToPath(new URL(`../jobs/${name}.ts`, import.meta.url));
}

export interface RuntimeOptions {
  /** A fresh one by default, which goes away with the scope. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Partial<RuntimeSettings>;
}

/** A directory that goes away with the scope. */
export function temporaryFolder(scope: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'job-state-processes-'));
  atEnd(scope, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What every process of a runtime of these tests gets: its mark, its folder, and a state folder of its own for the discovery file. */
export function environmentOf(folder: string, mark: string): Record<string, string> {
  return { [markVariable]: mark, FLIGHTS_FOLDER: folder, XDG_STATE_HOME: join(folder, 'state') };
}

export class TestRuntime {
  readonly cluster: EmbeddedCluster;
  readonly events: FollowedEvents;

  /** Fails the test when a process of the runtime outlives its end. */
  static async start(scope: Scope, options: RuntimeOptions = {}): Promise<TestRuntime> {
    const folder = options.folder ?? temporaryFolder(scope);
    const mark = randomUUID();
    let log = '';
    let exited: (exit: ChildExit) => void = () => undefined;
    const exit = new Promise<ChildExit>((resolve) => (exited = resolve));
    const launched = await launchRuntime({
      settings: { folder, taskManagers: 2, slotsPerTaskManager: 2, logLevel: 'info', ...options.settings },
      program,
      environment: { ...environmentOf(folder, mark), ...options.environment },
      onLog: (text) => (log += text),
      onExit: exited,
    });
    const runtime = new TestRuntime(folder, mark, launched, exit, () => log);
    atEnd(scope, () => runtime.stop());
    return runtime;
  }

  private constructor(
    readonly folder: string,
    readonly mark: string,
    readonly launched: LaunchedRuntime,
    /** Resolves when the JobManager has ended. */
    readonly exit: Promise<ChildExit>,
    readonly log: () => string,
  ) {
    this.cluster = new EmbeddedCluster({ url: launched.url, token: launched.token, fetch });
    this.events = new FollowedEvents(this.cluster, () => log().slice(-3_000));
  }

  processes(): readonly RunningProcess[] {
    return markedProcesses(this.mark);
  }

  /** Looks at the processes until it sees this. */
  sees(what: string, fits: (processes: readonly RunningProcess[]) => boolean): Promise<void> {
    return this.looksFor(what, () => fits(this.processes()));
  }

  /** Resolves when some process has printed this. */
  logged(text: string): Promise<void> {
    return this.looksFor(`"${text}" in the log`, () => this.log().includes(text));
  }

  /** The process of a TaskManager that has one. */
  async pidOf(taskManager: string): Promise<number> {
    const all = await this.cluster.get('taskManagers', {});
    const pid = all.find(({ id }) => id === taskManager)?.pid;
    if (pid === undefined) throw new Error(`${taskManager} has no process: ${JSON.stringify(all)}`);
    return pid;
  }

  /** Resolves when the JobManager shows a TaskManager as stuck. */
  stuckTaskManager(): Promise<{ readonly id: string; readonly pid: number }> {
    return this.events.until('a stuck TaskManager', async () => {
      const all = await this.cluster.get('taskManagers', {});
      const stuck = all.find(({ status }) => status === 'stuck');
      return stuck?.pid === undefined ? undefined : { id: stuck.id, pid: stuck.pid };
    });
  }

  /** Resolves when all TaskManagers that it was started with are there. */
  async taskManagersBack(): Promise<void> {
    await this.events.until('both TaskManagers', async () => {
      const { taskManagers } = await this.cluster.get('overview', {});
      return taskManagers === 2 || undefined;
    });
  }

  async stop(): Promise<void> {
    this.events.close();
    this.cluster.dispose();
    await this.launched.stop();
    await allGone(this.mark, 3_000);
  }

  private async looksFor(what: string, found: () => boolean): Promise<void> {
    for (let looks = 0; !found(); looks++) {
      if (looks > 2_000) throw new Error(`Looked in vain for ${what}: ${JSON.stringify(this.processes())}`);
      await pause(10);
    }
  }
}
