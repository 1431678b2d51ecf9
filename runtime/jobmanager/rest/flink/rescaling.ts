import { restError } from '../../../rest/errorBody';
import type { HandlerContext, Handlers } from '../handlers';
import { findJob } from './jobs';
import { serverSideError } from './serverSideError';

type Names = 'rescaleJob' | 'rescalingOperation' | 'resourceRequirements' | 'changeResourceRequirements';

/** A job keeps its parallelism, as with Flink's default scheduler: what asks for another one is refused in Flink's words. */
export function rescalingHandlers({ gateway }: HandlerContext): Handlers<Names> {
  return {
    rescaleJob: () => {
      throw rescalingDisabled();
    },
    rescalingOperation: () => {
      throw rescalingDisabled();
    },
    resourceRequirements: ({ path }) => {
      findJob(gateway.jobs(), path.jobid);
      throw noAdaptiveScheduler();
    },
    changeResourceRequirements: ({ path }) => {
      findJob(gateway.jobs(), path.jobid);
      throw noAdaptiveScheduler();
    },
  };
}

function rescalingDisabled(): Error {
  return restError(503, 'Rescaling is temporarily disabled. See FLINK-12312.');
}

function noAdaptiveScheduler(): Error {
  return serverSideError(
    'The DefaultScheduler does not support changing the parallelism without a job restart. ' +
      'This feature is currently only expected to work with the AdaptiveScheduler.',
  );
}
