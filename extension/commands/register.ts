import * as vscode from 'vscode';
import { commands, type CommandId } from '../ids';
import type { Services } from '../services';
import type { TreeNode } from '../tree/model/node';
import { addCluster, removeCluster } from './clusterCommands';
import { debugJob, injectWhileDebugging } from '../debug/debugCommands';
import { copyDiagnostics, openWalkthrough } from './helpCommands';
import { disarmFailure, injectFailure } from './failureCommands';
import { copyId, copyKey, copyPath, copyValue, loadMore, revealInCode } from './nodeCommands';
import { openExportedRecovery, openRecovery, openTimeline } from './pageCommands';
import { continueRecovery, holdNextRecovery, step } from './recoveryCommands';
import { report } from './reporting';
import { continueJob, newJob, runFlights, runJob, showJobs } from './runCommands';
import {
  cancelJob,
  disposeSavepoint,
  runFromSnapshot,
  stopJob,
  triggerCheckpoint,
  triggerSavepoint,
} from './savepointCommands';
import { clearFilter, filterEntries, lookUpKey, pinKey, showLiveState, showStateAt, unpinKey } from './stateCommands';

/** What a command gets: a node when it was called from the tree, a file from the editor or explorer, or nothing. */
type Run = (services: Services, argument: unknown, selected: readonly TreeNode[]) => Promise<void>;

/** Only what the tree handed out is taken for a node. */
function nodeOf(argument: unknown): TreeNode | undefined {
  const isNode = typeof argument === 'object' && argument !== null && 'about' in argument && 'look' in argument;
  return isNode ? (argument as TreeNode) : undefined;
}

/** The rows that are selected, where several can be. */
const nodesOf = (selected: unknown): readonly TreeNode[] =>
  Array.isArray(selected) ? selected.flatMap((each) => nodeOf(each) ?? []) : [];

const onNode =
  (run: (services: Services, node: TreeNode | undefined) => Promise<void>): Run =>
  (services, argument) =>
    run(services, nodeOf(argument));

const table: Record<CommandId, Run> = {
  [commands.runJob]: runJob,
  [commands.runFlights]: runFlights,
  [commands.newJob]: newJob,
  [commands.debugJob]: (services, argument) => debugJob(services, nodeOf(argument), argument),
  [commands.stopJob]: onNode(stopJob),
  [commands.cancelJob]: onNode(cancelJob),
  [commands.triggerSavepoint]: onNode(triggerSavepoint),
  [commands.triggerCheckpoint]: onNode(triggerCheckpoint),
  [commands.runFromSnapshot]: onNode(runFromSnapshot),
  [commands.continueJob]: onNode(continueJob),
  [commands.injectFailure]: onNode(injectFailure),
  [commands.injectFailureWhileDebugging]: injectWhileDebugging,
  [commands.disarmFailure]: onNode(disarmFailure),
  [commands.holdNextRecovery]: onNode((services, node) => holdNextRecovery(services, true, node)),
  [commands.doNotHoldNextRecovery]: onNode((services, node) => holdNextRecovery(services, false, node)),
  [commands.step]: onNode((services, node) => step(services, 'next', node)),
  [commands.stepInto]: onNode((services, node) => step(services, 'into', node)),
  [commands.stepOut]: onNode((services, node) => step(services, 'out', node)),
  [commands.continueRecovery]: onNode(continueRecovery),
  [commands.openRecovery]: onNode(openRecovery),
  [commands.openTimeline]: onNode(openTimeline),
  [commands.openExportedRecovery]: openExportedRecovery,
  [commands.lookUpKey]: onNode(lookUpKey),
  [commands.filterEntries]: onNode(filterEntries),
  [commands.clearFilter]: onNode(clearFilter),
  [commands.pinKey]: onNode(pinKey),
  [commands.unpinKey]: onNode(unpinKey),
  [commands.showStateAt]: onNode(showStateAt),
  [commands.showLiveState]: onNode(showLiveState),
  [commands.startRuntime]: async (services) => {
    await services.runtime.ensure();
  },
  [commands.stopRuntime]: (services) => services.runtime.stop(),
  [commands.showLog]: (services) => {
    services.log.show();
    return Promise.resolve();
  },
  [commands.copyDiagnostics]: copyDiagnostics,
  [commands.openWalkthrough]: openWalkthrough,
  [commands.showJobs]: showJobs,
  [commands.addCluster]: (services) => addCluster(services),
  [commands.removeCluster]: onNode(removeCluster),
  [commands.copyId]: onNode((_services, node) => copyId(node)),
  [commands.copyPath]: onNode((_services, node) => copyPath(node)),
  [commands.disposeSavepoint]: (services, argument, selected) => disposeSavepoint(services, nodeOf(argument), selected),
  [commands.copyKey]: onNode((_services, node) => copyKey(node)),
  [commands.copyValue]: onNode((_services, node) => copyValue(node)),
  [commands.revealInCode]: onNode((_services, node) => revealInCode(node)),
  [commands.loadMore]: onNode((services, node) => loadMore(services, node)),
  [commands.loadAll]: onNode((services, node) => loadMore(services, node, true)),
};

/** Registers every command; what goes wrong is told, with a way on. */
export function registerCommands(services: Services): vscode.Disposable {
  const registered = Object.entries(table).map(([id, run]) => {
    const once = async (argument: unknown, selected: unknown): Promise<void> => {
      try {
        await run(services, argument, nodesOf(selected));
      } catch (error) {
        void report(services, error, () => once(argument, selected));
      }
    };
    return vscode.commands.registerCommand(id, once);
  });
  return vscode.Disposable.from(...registered);
}
