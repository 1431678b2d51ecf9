import { join } from 'node:path';
import * as vscode from 'vscode';
import { inspectInWorker } from '../runtime/inspect/inspectInWorker';
import { registerCommands } from './commands/register';
import { autoRun } from './commands/runCommands';
import { registerDebugType } from './debug/debugType';
import { providePlans } from './debug/planDocuments';
import { commands } from './ids';
import { Connection } from './runtime/connection';
import { hostedRemotes } from './remote/hosting';
import { RemoteClusters } from './remote/remoteClusters';
import { hostedWorld } from './runtime/hosting';
import { LastRuns, type LastRun } from './runtime/lastRuns';
import { RuntimeService } from './runtime/runtimeService';
import type { Services } from './services';
import { SnapshotWatch } from './snapshot/snapshotWatch';
import { watchJobFiles } from './source/jobFileContext';
import { Problems } from './source/problems';
import { StatusBar } from './status/statusBar';
import { JobsTree } from './tree/jobsTree';
import { everyJob } from './timeline/everyJob';
import { TimelineKeeper } from './timeline/timelineKeeper';
import type { Pin } from './tree/model/node';
import { Pins } from './tree/pins';
import { SnapshotsTree } from './tree/snapshotsTree';

const lastRunsKey = 'lastRuns';
const pinsKey = 'pins';
/** A runtime found at activation may be that of a window that is just being reloaded; when it ends this soon, the start is done again. */
const dyingRuntimeMs = 10_000;

let running: RuntimeService | undefined;
let keeping: TimelineKeeper | undefined;

/** Called by VS Code when the view is opened, a command is run, or the folder is one where jobs have run. Only makes objects; the rest is later. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Job State', 'log');
  const runtime = new RuntimeService(hostedWorld(context, log));
  running = runtime;
  const connection = new Connection(runtime);
  const lastRuns = new LastRuns({
    get: () => context.workspaceState.get<readonly LastRun[]>(lastRunsKey, []),
    set: (runs) => void context.workspaceState.update(lastRunsKey, runs),
  });
  connection.changed.on((data) => data !== undefined && lastRuns.observe(data.jobs));
  const snapshots = new SnapshotWatch();
  const inspector = inspectInWorker(join(context.extensionPath, 'dist', 'inspect-worker.mjs'));
  const pins = new Pins({
    get: () => context.workspaceState.get<readonly Pin[]>(pinsKey, []),
    set: (pinned) => void context.workspaceState.update(pinsKey, pinned),
  });
  const remotes = new RemoteClusters(hostedRemotes(context));
  const tree = new JobsTree(runtime, connection, remotes, lastRuns, snapshots, inspector, pins);
  const snapshotsTree = new SnapshotsTree(inspector);
  const problems = new Problems();
  const timelines = new TimelineKeeper(
    (job) => remotes.ofJob(job) ?? runtime.cluster,
    everyJob(connection, remotes),
    join((context.storageUri ?? context.globalStorageUri).fsPath, 'timelines.json'),
    (error) => log.appendLine(String(error)),
  );
  keeping = timelines;
  const services: Services = {
    context,
    runtime,
    connection,
    remotes,
    lastRuns,
    inspector,
    tree,
    snapshotsTree,
    timelines,
    log,
    problems,
  };
  context.subscriptions.push(
    log,
    connection,
    remotes,
    { dispose: () => inspector.end() },
    snapshots,
    tree,
    snapshotsTree,
    problems,
    timelines,
    new StatusBar(runtime, connection),
    watchJobFiles(),
    registerCommands(services),
    registerDebugType(services),
    providePlans(services),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void begin(services)),
    runtime.changed.on((state) => {
      if (state.k === 'ended' && state.owned) void tellEnd(services, state.end.text);
    }),
  );
  void begin(services);
}

/** Called when the window closes: our runtime and all of its children end with it. */
export async function deactivate(): Promise<void> {
  await Promise.all([running?.stop(), keeping?.flush()]);
}

/** Attaches to a runtime that serves the folder already, then starts what the settings name. */
async function begin(services: Services): Promise<void> {
  const { runtime } = services;
  try {
    const found = await runtime.attach();
    if (found !== undefined) startAgainIfItDies(services);
    await autoRun(services);
  } catch (error) {
    services.log.appendLine(String(error));
  }
}

function startAgainIfItDies(services: Services): void {
  const until = Date.now() + dyingRuntimeMs;
  const listening = services.runtime.changed.on((state) => {
    if (state.k !== 'ended') return;
    listening.dispose();
    if (!state.owned && Date.now() < until) void autoRun(services);
  });
}

/** A crash is told where the user looks: in the view when it is open, else in a notification; both lead on. */
async function tellEnd(services: Services, how: string): Promise<void> {
  if (services.tree.view.visible) return;
  const runs = services.lastRuns.interrupted([]);
  const [only] = runs;
  const onward =
    only?.checkpoint !== undefined && runs.length === 1
      ? `Continue from Checkpoint ${only.checkpoint.id}`
      : 'Show the Jobs';
  const chosen = await vscode.window.showErrorMessage(`The runtime ended with ${how}.`, onward, 'Show Log');
  if (chosen === 'Show Log') services.log.show();
  else if (chosen === 'Show the Jobs') await vscode.commands.executeCommand(commands.showJobs);
  else if (chosen === onward) await vscode.commands.executeCommand(commands.continueJob);
}
