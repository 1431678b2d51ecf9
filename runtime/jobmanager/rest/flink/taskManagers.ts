import type { TaskManagerId } from '../../../base/ids';
import type { TaskManagerRecord } from '../../records';
import type { RestfulGateway } from '../../restfulGateway';
import { serverSideError } from './serverSideError';

/** Flink knows a TaskManager from its registration to its loss. */
export function registeredTaskManagers(gateway: RestfulGateway): readonly TaskManagerRecord[] {
  return gateway.taskManagers().filter(({ status }) => status === 'alive' || status === 'stuck');
}

/** Refuses an unknown one as Flink does. */
export function findTaskManager(gateway: RestfulGateway, id: TaskManagerId): TaskManagerRecord {
  const record = registeredTaskManagers(gateway).find((candidate) => candidate.id === id);
  if (record === undefined) throw serverSideError(`No TaskExecutor registered under ${id}.`);
  return record;
}
