import type { ExceptionInfo, JobExceptionsInfo } from '../../../rest/answers/exceptions';
import { taskText } from '../../../rest/recovery/recoveryText';
import type { TaskName } from '../../../base/events';
import type { ExceptionRecord, JobRecord } from '../../records';
import type { TaskManagerId } from '../../../base/ids';
import { currentAttempts, placeOf } from './executions';
import { stackOf } from './executionResult';

interface ExceptionsQuery {
  readonly maxExceptions: number;
  /** Only failures that have all of these labels; those of the embedded runtime have none. */
  readonly labels: readonly string[];
}

/** `/jobs/:jobid/exceptions`: the newest failures with those that came while the job was dealing with them. */
export function exceptionsOf(job: JobRecord, { maxExceptions, labels }: ExceptionsQuery): JobExceptionsInfo {
  const wanted = labels.length === 0 ? job.exceptions : [];
  const entries = wanted.slice(0, maxExceptions);
  const truncated = job.exceptionsTruncated || entries.length < wanted.length;
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
    ...(record.taskManager === undefined ? {} : whereOf(record)),
  };
}

/** The attempts that are FAILED now. */
function failedTasks(job: JobRecord): NonNullable<JobExceptionsInfo['all-exceptions']> {
  return job.vertices.flatMap((vertex) =>
    currentAttempts(vertex).flatMap((attempt, subtask) => {
      if (attempt.failure === undefined || attempt.state !== 'FAILED') return [];
      const name = vertex.subtasks[subtask]?.name;
      return [
        {
          exception: stackOf(attempt.failure),
          task: name === undefined ? '' : flinkTaskName(name),
          timestamp: attempt.stateTimes.FAILED ?? -1,
          ...whereOf(attempt),
        },
      ];
    }),
  );
}

/** Here the location has the port, too. */
function whereOf(task: { readonly taskManager?: TaskManagerId }) {
  const { endpoint } = placeOf(task);
  return { location: endpoint, endpoint, taskManagerId: task.taskManager ?? endpoint };
}

/** `rule match -> guard (2/2) - execution #0`; Flink's `getVertexWithAttempt`, which only the history has. */
function attemptName(task: TaskName, attempt: number | undefined): string {
  return attempt === undefined ? flinkTaskName(task) : `${flinkTaskName(task)} - execution #${attempt}`;
}

/** `rule match -> guard (2/2)`. */
function flinkTaskName(task: TaskName): string {
  return taskText(task).replace(/ (\d+\/\d+)$/, ' ($1)');
}
