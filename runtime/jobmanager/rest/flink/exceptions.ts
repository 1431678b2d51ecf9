import type { ExceptionInfo, JobExceptionsInfo } from '../../../rest/answers/exceptions';
import { taskText } from '../../../rest/recovery/recoveryText';
import type { TaskName } from '../../../base/events';
import type { ExceptionRecord, JobRecord } from '../../records';
import { currentAttempts } from './executions';
import { stackOf } from './executionResult';

/** `/jobs/:jobid/exceptions`: the newest failures with those that came while the job was dealing with them. */
export function exceptionsOf(job: JobRecord, maxExceptions: number): JobExceptionsInfo {
  const entries = job.exceptions.slice(0, maxExceptions);
  const truncated = job.exceptionsTruncated || entries.length < job.exceptions.length;
  const [newest] = entries;
  return {
    'root-exception': newest === undefined ? null : stackOf(newest.error),
    timestamp: newest === undefined ? null : newest.atMs,
    'all-exceptions': failedTasks(job),
    truncated,
    exceptionHistory: {
      entries: entries.map((entry) => ({
        ...exceptionInfo(entry),
        concurrentExceptions: entry.concurrent.map(exceptionInfo),
      })),
      truncated,
    },
  };
}

function exceptionInfo(record: ExceptionRecord): ExceptionInfo {
  return {
    exceptionName: record.error.code,
    stacktrace: stackOf(record.error),
    timestamp: record.atMs,
    failureLabels: {},
    ...(record.task === undefined ? {} : { taskName: attemptName(record.task, record.attempt) }),
    ...(record.taskManager === undefined
      ? {}
      : { location: record.taskManager, endpoint: record.taskManager, taskManagerId: record.taskManager }),
  };
}

/** The attempts that are FAILED now. */
function failedTasks(job: JobRecord): NonNullable<JobExceptionsInfo['all-exceptions']> {
  return job.vertices.flatMap((vertex) =>
    currentAttempts(vertex).flatMap((attempt, subtask) => {
      if (attempt.failure === undefined || attempt.state !== 'FAILED') return [];
      const name = vertex.subtasks[subtask]?.name;
      const where = attempt.taskManager ?? '(unassigned)';
      return [
        {
          exception: stackOf(attempt.failure),
          task: name === undefined ? '' : flinkTaskName(name),
          location: where,
          endpoint: where,
          timestamp: attempt.stateTimes.FAILED ?? -1,
          taskManagerId: where,
        },
      ];
    }),
  );
}

/** `rule match -> guard (2/2) - execution #0`; Flink's `getVertexWithAttempt`, which only the history has. */
function attemptName(task: TaskName, attempt: number | undefined): string {
  return attempt === undefined ? flinkTaskName(task) : `${flinkTaskName(task)} - execution #${attempt}`;
}

/** `rule match -> guard (2/2)`. */
function flinkTaskName(task: TaskName): string {
  return taskText(task).replace(/ (\d+\/\d+)$/, ' ($1)');
}
