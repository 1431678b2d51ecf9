import type { Connectors } from '../api/connector';
import type { JobStreamGraph } from '../api/operatorSpec';
import type { Env } from '../base/env';
import type { TaskManagerId } from '../base/ids';
import type { FromTaskManager, TaskDeployment } from '../wire/messages';
import type { DataLinks } from './network/dataLinks';
import type { ResultPartitions } from './network/resultPartitions';
import type { TaskStateManager } from './taskState';
import type { TaskLoop } from './taskLoop';

/** What a TaskManager is given beside its Env. */
export interface TaskManagerDependencies {
  /** Evaluates a bundled job afresh, so that each task has function objects of its own (api/loadStreamGraph.ts). */
  readonly loadJob: (bundle: string) => Promise<JobStreamGraph>;
  readonly connectors: Connectors;
}

/** What the tasks of one TaskManager share. */
export interface TaskEnvironment extends TaskManagerDependencies {
  readonly env: Env;
  readonly taskManager: TaskManagerId;
  readonly loop: TaskLoop;
  readonly partitions: ResultPartitions;
  readonly links: DataLinks;
  readonly stateManager: (task: TaskDeployment) => Promise<TaskStateManager>;
  readonly send: (message: FromTaskManager) => void;
}
