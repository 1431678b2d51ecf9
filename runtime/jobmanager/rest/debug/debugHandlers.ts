import { restError } from '../../../rest/errorBody';
import type { Paged } from '../../../rest/debug/answers';
import type { RecoveryInfo, TaskManagerInfo } from '../../../rest/debug/model';
import { asInteger } from '../../../rest/parameters';
import type { DebugRouteName } from '../../../rest/routes';
import type { Fault } from '../../../base/faults';
import { pathOfUri } from '../../../base/fileUri';
import type { JobRecord, TaskManagerRecord } from '../../records';
import type { SubmitRequest } from '../../restfulGateway';
import type { HandlerContext, Handlers } from '../handlers';
import { checkpointPage, checkpointWithParts } from './checkpointPages';
import { checkpointDetails, checkpointInfo } from './checkpoints';
import { debugJob } from './jobs';
import { stateEntries, stateEntry } from './liveState';
import { operatorInfos } from './operators';
import { recoveryDetails, recoveryInfo } from './recoveries';

const defaultLimit = 100;
const maxLimit = 1_000;

/** Everything under `/debug/v1` except the events. */
export function debugHandlers({ gateway, clock }: HandlerContext): Handlers<DebugRouteName> {
  return {
    submit: async ({ body }) => ({ job: await gateway.submit(submitRequest(body)) }),
    debugJob: ({ path }) => debugJob(gateway.job(path.jobid), clock.wallMs()),
    operators: ({ path }) => ({ operators: operatorInfos(gateway.job(path.jobid)) }),
    stateEntries: ({ path, query }) =>
      stateEntries(
        gateway,
        gateway.job(path.jobid),
        { operator: path.operatorid, state: path.statename },
        { limit: limitOf(query.limit), ...(query.after === undefined ? {} : { after: query.after }) },
      ),
    stateEntry: async ({ path, query }) => {
      if (query.key === undefined) throw restError(400, 'The query parameter key is missing.');
      const ref = { operator: path.operatorid, state: path.statename };
      const entry = await stateEntry(gateway, gateway.job(path.jobid), ref, query.key);
      return entry === undefined ? {} : { entry };
    },
    debugCheckpoints: ({ path, query }) => {
      const { savepoints } = query;
      const { items, ...rest } = checkpointPage(gateway.job(path.jobid).checkpoints, {
        before: numberBefore(query.after),
        limit: limitOf(query.limit),
        ...(savepoints === undefined ? {} : { savepoints }),
      });
      return { ...rest, items: items.map((checkpoint) => checkpointInfo(checkpoint, clock.wallMs())) };
    },
    debugCheckpoint: ({ path }) => {
      const job = gateway.job(path.jobid);
      return checkpointDetails(job, checkpointWithParts(job, path.checkpointid), clock.wallMs());
    },
    recoveries: ({ path, query }) => recoveryPage(gateway.job(path.jobid).recoveries, query),
    recovery: ({ path }) => recoveryDetails(findRecovery(gateway.job(path.jobid), path.recovery)),
    holdNextRecovery: ({ path, body }) => {
      gateway.holdNextRecovery(path.jobid, body.hold);
      return {};
    },
    resume: ({ path, body }) => {
      gateway.resume(path.jobid, body.hold, body.how);
      return {};
    },
    debugTaskManagers: () => ({ taskManagers: gateway.taskManagers().map(taskManagerInfo) }),
    faults: ({ query }) => ({
      faults: gateway.faults().filter(({ fault }) => query.job === undefined || concerns(fault, query.job)),
    }),
    injectFault: ({ body }) => ({ fault: gateway.inject(body) }),
    disarmFault: ({ path }) => {
      gateway.disarm(path.faultid);
      return {};
    },
  };
}

function submitRequest(body: {
  readonly jobFile: string;
  readonly parallelism?: number | undefined;
  readonly from?: string | undefined;
  readonly holdRecovery?: boolean | undefined;
  readonly rowsPerSecond?: number | undefined;
}): SubmitRequest {
  return {
    jobFile: pathOfUri(body.jobFile),
    ...(body.parallelism === undefined ? {} : { parallelism: body.parallelism }),
    ...(body.from === undefined ? {} : { from: pathOfUri(body.from) }),
    ...(body.holdRecovery === undefined ? {} : { holdRecovery: body.holdRecovery }),
    ...(body.rowsPerSecond === undefined ? {} : { rowsPerSecond: body.rowsPerSecond }),
  };
}

/** A page of recoveries, newest first; the cursor is the number of the last one. */
function recoveryPage(
  recoveries: JobRecord['recoveries'],
  { after, limit }: { readonly after?: string; readonly limit?: number },
): Paged<RecoveryInfo> {
  const before = numberBefore(after);
  const rest = recoveries.filter(({ recovery }) => recovery < before).reverse();
  const shown = rest.slice(0, limitOf(limit));
  const last = shown.at(-1);
  return {
    items: shown.map(recoveryInfo),
    total: recoveries.length,
    ...(last === undefined || shown.length === rest.length ? {} : { next: String(last.recovery) }),
  };
}

/** Lists of what has a number go from the newest to the oldest: the cursor is the number that was last. */
function numberBefore(after: string | undefined): number {
  const number = after === undefined ? Number.POSITIVE_INFINITY : asInteger(after);
  if (number === undefined) throw restError(400, `"${after ?? ''}" is not the end of a page.`);
  return number;
}

function limitOf(limit: number | undefined): number {
  return Math.min(maxLimit, Math.max(1, limit ?? defaultLimit));
}

function findRecovery(job: JobRecord, recovery: number): JobRecord['recoveries'][number] {
  const record = job.recoveries.find((candidate) => candidate.recovery === recovery);
  if (record === undefined) throw restError(404, `${job.name} has no recovery ${recovery}.`);
  return record;
}

function taskManagerInfo(record: TaskManagerRecord): TaskManagerInfo {
  const { id, status, pid, slots, freeSlots, directory } = record;
  return { id, status, ...(pid === undefined ? {} : { pid }), slots, freeSlots, directory };
}

/** Losing a TaskManager concerns every job. */
function concerns(fault: Fault, job: string): boolean {
  return fault.k === 'killTaskManager' || fault.job === job;
}
