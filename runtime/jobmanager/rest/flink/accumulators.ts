import type { HandlerContext, Handlers } from '../handlers';
import { currentAttempts, placeOf } from './executions';
import { findJob } from './jobs';
import { findAttempt, findVertex } from './vertices';

type Names = 'jobAccumulators' | 'vertexAccumulators' | 'subtasksAccumulators' | 'attemptAccumulators';

/** Jobs of the embedded runtime have no accumulators: the lists are empty. */
export function accumulatorHandlers({ gateway }: HandlerContext): Handlers<Names> {
  return {
    jobAccumulators: ({ path }) => {
      findJob(gateway.jobs(), path.jobid);
      return { 'job-accumulators': [], 'user-task-accumulators': [], 'serialized-user-task-accumulators': {} };
    },
    vertexAccumulators: ({ path }) => {
      const { vertex } = findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid);
      return { id: vertex.id, 'user-accumulators': [] };
    },
    subtasksAccumulators: ({ path }) => {
      const record = findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid);
      return {
        id: record.vertex.id,
        parallelism: record.vertex.parallelism,
        subtasks: currentAttempts(record).map((attempt) => ({
          subtask: attempt.ref.subtask,
          attempt: attempt.ref.attempt,
          ...placeOf(attempt),
          'user-accumulators': [],
        })),
      };
    },
    attemptAccumulators: ({ path }) => {
      const record = findVertex(findJob(gateway.jobs(), path.jobid), path.vertexid);
      const { subtask, attempt, job, vertex } = findAttempt(record, path.subtaskindex, path.attempt).ref;
      return { subtask, attempt, id: `${job}_${vertex}_${subtask}_${attempt}`, 'user-accumulators': [] };
    },
  };
}
