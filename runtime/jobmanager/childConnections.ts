import type { Connection, Logger } from '../base/env';
import type { TaskManagerId } from '../base/ids';
import { jobManagerEnd, type FromChild } from '../wire/control';
import type { Compilers } from './compilers';
import type { TaskManagers } from './taskManagers';
import type { ChildConnection } from './worker';

/** The control connections of the children: finds out who speaks on each, and hands on what is said. */
export class ChildConnections {
  constructor(
    private readonly taskManagers: TaskManagers,
    private readonly compilers: Compilers,
    private readonly log: Logger,
  ) {}

  /** The first message of a connection tells which child it is. */
  accept(connection: Connection): void {
    let taskManager: TaskManagerId | undefined;
    const end: ChildConnection = jobManagerEnd(connection, {
      onMessage: (message) => {
        taskManager = this.received(end, taskManager, message);
      },
      onClose: () => {
        if (taskManager !== undefined) this.taskManagers.disconnected(end, taskManager);
      },
    });
  }

  /** Returns the TaskManager that speaks on the connection, as far as it is known now. */
  private received(
    end: ChildConnection,
    from: TaskManagerId | undefined,
    message: FromChild,
  ): TaskManagerId | undefined {
    switch (message.m) {
      case 'compilerReady':
      case 'compiled':
      case 'notCompiled':
        this.compilers.received(end, message);
        return from;
      case 'watchdog':
        this.taskManagers.watchdog(message);
        return from;
      case 'hello':
        if (this.taskManagers.connected(end, message)) return message.taskManager;
        this.log.warn('an unknown child connected', { taskManager: message.taskManager, pid: message.pid });
        end.close();
        return from;
      default:
        if (from !== undefined) this.taskManagers.received(end, from, message);
        return from;
    }
  }
}
