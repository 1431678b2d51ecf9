import { externalError, errorData, type ErrorData } from '../../base/errors';
import type { FailureCause } from '../../base/events';
import { id, type TaskManagerId, type VertexId } from '../../base/ids';
import type { ExceptionInfo, JobExceptionsInfo } from '../../rest/answers/exceptions';
import { firstLine } from '../../rest/errorBody';

export type RootException = JobExceptionsInfo['exceptionHistory']['entries'][number];
type Vertices = readonly { readonly id: string; readonly name: string; readonly parallelism: number }[];

/** What Flink writes of a task: `guard (2/2) - execution #0`; subtasks count from 1, attempts from 0. */
const taskName = /^(.*) \((\d+)\/(\d+)\)(?: - execution #(\d+))?$/;

/** A TaskManager that was not heard of any more, in the words of Flink's heartbeat listeners. */
const lostTaskManager = /TaskManager with id (\S+?)(?:\([^)]*\))? (?:timed out|is no longer reachable)/;

const atRoot = /^Caused by: (.*)$/gm;

/** The exception in one sentence, with the cause of all when that is another one. */
export function sentenceOf({ stacktrace }: ExceptionInfo): string {
  const first = firstLine([stacktrace]);
  const root = [...stacktrace.matchAll(atRoot)].at(-1)?.[1];
  const cause = root === undefined ? '' : firstLine([root]);
  return cause === '' || first.includes(cause) ? first : `${first} (${cause})`;
}

/** The attempt that failed; undefined when it was no task's failure. */
export function failedAttempt({ taskName: name }: ExceptionInfo): number | undefined {
  const attempt = taskName.exec(name ?? '')?.[4];
  return attempt === undefined ? undefined : Number(attempt);
}

/** Why the job was restarted or failed. The task's exception is taken where Flink put one of its own before it. */
export function causeOf(root: RootException, vertices: Vertices): FailureCause {
  const lost = lostTaskManager.exec(root.stacktrace)?.[1];
  if (lost !== undefined) {
    const exit = sentenceOf(root);
    return { k: 'taskManager', taskManager: id<TaskManagerId>(lost), how: 'lost', exit, injected: false };
  }
  return taskFailure(root, vertices) ?? { k: 'job', error: errorOf(root) };
}

function taskFailure(exception: ExceptionInfo, vertices: Vertices): FailureCause | undefined {
  const [, name, number, of] = taskName.exec(exception.taskName ?? '') ?? [];
  if (name === undefined) return undefined;
  const vertex = vertices.find((candidate) => candidate.name === name);
  return {
    k: 'task',
    task: {
      vertex: id<VertexId>(vertex?.id ?? ''),
      subtask: Number(number) - 1,
      parallelism: Number(of),
      name,
    },
    taskManager: id<TaskManagerId>(exception.taskManagerId ?? ''),
    error: errorOf(exception),
    injected: false,
  };
}

function errorOf(exception: ExceptionInfo): ErrorData {
  const error = externalError('flink.exception', sentenceOf(exception), '', { retry: 'never' });
  return { ...errorData(error), stack: exception.stacktrace };
}
