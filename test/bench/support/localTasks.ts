import { setImmediate } from 'node:timers/promises';
import type { Connectors } from '../../../runtime/api/connector';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';
import type { Env } from '../../../runtime/base/env';
import { id, type TaskManagerId } from '../../../runtime/base/ids';
import { generateJobGraph } from '../../../runtime/graph/jobGraphGenerator';
import { CachedTaskState } from '../../../runtime/taskmanager/cachedTaskState';
import { DataLinks } from '../../../runtime/taskmanager/network/dataLinks';
import { ResultPartitions } from '../../../runtime/taskmanager/network/resultPartitions';
import { Task } from '../../../runtime/taskmanager/task';
import type { TaskEnvironment } from '../../../runtime/taskmanager/taskEnvironment';
import { TaskLoop } from '../../../runtime/taskmanager/taskLoop';
import type { FromTaskManager } from '../../../runtime/wire/messages';
import { deploymentsOf } from '../../support/deployments';
import { memoryEnv } from '../../support/memoryEnv';

const name = id<TaskManagerId>('tm-1');

/** All tasks of a job in one loop of this thread, on the real clock; the messages of the tasks are the progress. */
export class LocalTasks {
  private readonly tasks: Task[];
  private readonly messages: FromTaskManager[] = [];
  private changed: () => void = () => undefined;

  constructor(make: () => JobStreamGraph, connectors: Connectors) {
    const env: Env = {
      ...memoryEnv(),
      clock: {
        monoMs: () => performance.now(),
        wallMs: () => Date.now(),
        after: (ms, _kind, run) => {
          const timer = setTimeout(run, ms);
          return { dispose: () => clearTimeout(timer) };
        },
        hold: () => ({ dispose: () => undefined }),
        yield: () => setImmediate(),
      },
      net: { listen: unused, connect: unused, connectTcp: unused },
      spawn: unused,
    };
    const partitions = new ResultPartitions(env.clock);
    const environment: TaskEnvironment = {
      env,
      taskManager: name,
      loadJob: () => Promise.resolve(make()),
      connectors,
      loop: new TaskLoop(env),
      partitions,
      links: new DataLinks(env, partitions),
      stateManager: (task) => CachedTaskState.create(env, task, undefined),
      send: (message) => {
        this.messages.push(message);
        this.changed();
      },
    };
    const graph = make();
    this.tasks = deploymentsOf(generateJobGraph(graph, graph.config), {
      attempt: 0,
      workerOf: () => ({ name, address: '' }),
    }).map((deployment) => new Task(environment, deployment, () => undefined));
  }

  /** Resolves when all tasks run. */
  async start(): Promise<void> {
    for (const task of this.tasks) task.start();
    await this.until('taskState', (message) => message.state === 'RUNNING');
  }

  /** Resolves when every task has processed its whole input. */
  async finishInput(): Promise<void> {
    const sources = this.tasks.filter((task) => task.deployment.inputs.length === 0);
    await this.until('inputExhausted', () => true, sources.length);
    for (const task of sources) task.endInput();
    await this.until('dataFinished', () => true);
  }

  async stop(): Promise<void> {
    for (const task of this.tasks) task.cancel();
    await this.until('taskState', (message) => message.state === 'CANCELED');
  }

  private async until<M extends FromTaskManager['m']>(
    kind: M,
    matches: (message: Extract<FromTaskManager, { m: M }>) => boolean,
    count = this.tasks.length,
  ): Promise<void> {
    const isOne = (message: FromTaskManager): message is Extract<FromTaskManager, { m: M }> => message.m === kind;
    for (;;) {
      const failed = this.messages.find((message) => message.m === 'taskState' && message.error !== undefined);
      if (failed?.m === 'taskState') throw new Error(failed.error?.stack ?? failed.error?.message);
      if (this.messages.filter((message) => isOne(message) && matches(message)).length >= count) return;
      await new Promise<void>((resolve) => (this.changed = resolve));
    }
  }
}

function unused(): never {
  throw new Error('This is not used here.');
}
