/** Every name that package.json and the code must agree on; a unit test compares them. */

export const viewContainer = 'jobState';
export const views = { jobs: 'jobState.jobs', snapshots: 'jobState.snapshots' } as const;
/** Types of webview panels; `when` clauses know the active one by them. */
export const panels = { recovery: 'jobState.recovery', timeline: 'jobState.timeline' } as const;
export const debugType = 'job-state';

export const commands = {
  runJob: 'jobState.runJob',
  runFlights: 'jobState.runFlights',
  newJob: 'jobState.newJob',
  debugJob: 'jobState.debugJob',
  stopJob: 'jobState.stopJob',
  cancelJob: 'jobState.cancelJob',
  triggerSavepoint: 'jobState.triggerSavepoint',
  triggerCheckpoint: 'jobState.triggerCheckpoint',
  runFromSnapshot: 'jobState.runFromSnapshot',
  continueJob: 'jobState.continueJob',
  injectFailure: 'jobState.injectFailure',
  injectFailureWhileDebugging: 'jobState.injectFailureWhileDebugging',
  disarmFailure: 'jobState.disarmFailure',
  holdNextRecovery: 'jobState.holdNextRecovery',
  doNotHoldNextRecovery: 'jobState.doNotHoldNextRecovery',
  step: 'jobState.step',
  stepInto: 'jobState.stepInto',
  stepOut: 'jobState.stepOut',
  continueRecovery: 'jobState.continueRecovery',
  openRecovery: 'jobState.openRecovery',
  openTimeline: 'jobState.openTimeline',
  openExportedRecovery: 'jobState.openExportedRecovery',
  lookUpKey: 'jobState.lookUpKey',
  filterEntries: 'jobState.filterEntries',
  clearFilter: 'jobState.clearFilter',
  pinKey: 'jobState.pinKey',
  unpinKey: 'jobState.unpinKey',
  showStateAt: 'jobState.showStateAt',
  showLiveState: 'jobState.showLiveState',
  startRuntime: 'jobState.startRuntime',
  stopRuntime: 'jobState.stopRuntime',
  showLog: 'jobState.showLog',
  copyDiagnostics: 'jobState.copyDiagnostics',
  openWalkthrough: 'jobState.openWalkthrough',
  showJobs: 'jobState.showJobs',
  addCluster: 'jobState.addCluster',
  removeCluster: 'jobState.removeCluster',
  copyId: 'jobState.copyId',
  copyPath: 'jobState.copyPath',
  disposeSavepoint: 'jobState.disposeSavepoint',
  copyKey: 'jobState.copyKey',
  copyValue: 'jobState.copyValue',
  revealInCode: 'jobState.revealInCode',
  loadMore: 'jobState.loadMore',
  loadAll: 'jobState.loadAll',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** Context keys that `when` clauses of package.json read. */
export const contextKeys = {
  /** {@link RuntimeState} by name: none, starting, connected, ended. */
  runtime: 'jobState.runtime',
  /** A job is there that has not ended. */
  hasLiveJob: 'jobState.hasLiveJob',
  /** A cluster is attached. */
  hasCluster: 'jobState.hasCluster',
  /** A recovery step is held somewhere. */
  held: 'jobState.held',
  /** Whether snapshots were found below the workspace: none, some; not set before they were looked for. */
  snapshots: 'jobState.snapshotsFound',
  /** The active editor shows a file that imports 'job-state'. */
  isJobFile: 'jobState.isJobFile',
} as const;

export const configurationSection = 'jobState';
export const settings = {
  autoRun: 'autoRun',
  parallelism: 'parallelism',
  rowsPerSecond: 'rowsPerSecond',
  logLevel: 'logLevel',
} as const;

/** What a tree item can be asked to do: its `contextValue` is these, separated by spaces. Menus match them with word boundaries. */
export type Token =
  | 'runtime'
  | 'cluster'
  | 'ended'
  | 'job'
  | 'live'
  | 'savepointable'
  | 'stoppable'
  | 'checkpointable'
  | 'cancellable'
  | 'injectable'
  | 'holdable'
  | 'holdArmed'
  | 'held'
  | 'recovery'
  | 'continuable'
  | 'fault'
  | 'restorable'
  | 'disposable'
  | 'atLive'
  | 'atSnapshot'
  | 'filterable'
  | 'filtered'
  | 'more'
  | 'pinnable'
  | 'pinned'
  | 'hasId'
  | 'hasKey'
  | 'hasValue'
  | 'hasPath'
  | 'hasSource'
  | 'lookup';
