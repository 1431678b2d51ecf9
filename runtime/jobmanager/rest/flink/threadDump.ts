import { isEndOfJob, isEndOfTask } from '../../../base/status';
import type { TaskManagerId } from '../../../base/ids';
import type { ThreadDumpInfo } from '../../../rest/answers/processes';
import type { AttemptRecord, JobRecord, TaskManagerRecord, VertexRecord } from '../../records';
import { taskRates } from './taskMetrics';

/**
 * There is one thread of execution a process, which its tasks share. They are listed where Flink has a thread each, with Flink's names, and
 * instead of a stack with what they do.
 */
export function taskManagerThreads(
  taskManager: TaskManagerRecord,
  jobs: readonly JobRecord[],
  nowMs: number,
): ThreadDumpInfo {
  const tasks = jobs.flatMap((job) =>
    job.vertices.flatMap((vertex) =>
      tasksOn(vertex, taskManager.id).map((attempt) => taskThread(vertex, attempt, nowMs)),
    ),
  );
  const stalled = taskManager.stalledMs > 0 ? `has not answered for ${taskManager.stalledMs} ms` : 'answers';
  return dump([{ name: 'main', state: taskManager.status.toUpperCase(), lines: [stalled] }, ...tasks]);
}

/** Of the JobManager: its jobs. */
export function jobManagerThreads(jobs: readonly JobRecord[]): ThreadDumpInfo {
  const living = jobs.filter(({ status }) => !isEndOfJob(status));
  return dump([
    { name: 'main', state: 'RUNNABLE', lines: [] },
    ...living.map(({ id, name, status, holds, waitingFor }) => ({
      name: `${name} (${id})`,
      state: status,
      lines: [
        ...(waitingFor === undefined ? [] : [waitingFor]),
        ...(holds.length === 0 ? [] : [`held by the debugger at ${holds.length} steps`]),
      ],
    })),
  ]);
}

interface Thread {
  readonly name: string;
  readonly state: string;
  readonly lines: readonly string[];
}

function dump(threads: readonly Thread[]): ThreadDumpInfo {
  return {
    threadInfos: threads.map(({ name, state, lines }, index) => ({
      threadName: name,
      stringifiedThreadInfo: `"${name}" Id=${index + 1} ${state}\n${lines.map((line) => `\t${line}\n`).join('')}\n`,
    })),
  };
}

function tasksOn({ subtasks }: VertexRecord, taskManager: TaskManagerId): readonly AttemptRecord[] {
  return subtasks.flatMap(({ attempts }) =>
    attempts.filter((attempt) => attempt.taskManager === taskManager && !isEndOfTask(attempt.state)),
  );
}

/** `count (1/2)#0`, as Flink names the thread of a task. */
function taskThread({ vertex }: VertexRecord, attempt: AttemptRecord, nowMs: number): Thread {
  const { busyMs, idleMs, backPressuredMs } = taskRates(attempt, nowMs);
  const share = (ms: number): string => `${Math.round(ms / 10)} %`;
  return {
    name: `${vertex.name} (${attempt.ref.subtask + 1}/${vertex.parallelism})#${attempt.ref.attempt}`,
    state: attempt.state,
    lines: [
      `busy ${share(busyMs)}, waiting for input ${share(idleMs)}, for output ${share(backPressuredMs)} of its time`,
    ],
  };
}
