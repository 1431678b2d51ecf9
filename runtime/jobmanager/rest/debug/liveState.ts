import { JobStateError, userError } from '../../../base/errors';
import type { OperatorId } from '../../../base/ids';
import type { Paged } from '../../../rest/debug/answers';
import type { StateEntryInfo } from '../../../rest/debug/model';
import type { StateAnswer, StateQuery } from '../../../wire/messages';
import type { AttemptRecord, JobRecord } from '../../records';
import type { RestfulGateway } from '../../restfulGateway';
import { currentAttempts } from '../flink/executions';
import { vertexOfOperator } from './operators';

export interface StateRef {
  readonly operator: OperatorId;
  readonly state: string;
}

type EntriesAnswer = Extract<StateAnswer, { a: 'entries' }>;

/**
 * A page of the live entries of a state: subtask after subtask, each in its own order. The cursor is `<subtask>|<cursor of the subtask>`.
 * Entries that come or go meanwhile may be seen or not; none is seen twice.
 */
export async function stateEntries(
  gateway: RestfulGateway,
  job: JobRecord,
  ref: StateRef,
  page: { readonly after?: string; readonly limit: number },
): Promise<Paged<StateEntryInfo>> {
  const attempts = currentAttempts(vertexOfOperator(job, ref.operator));
  const start = cursorOf(page.after);
  const items: StateEntryInfo[] = [];
  let total = 0;
  let next: string | undefined;
  for (const attempt of attempts) {
    const { subtask } = attempt.ref;
    const room = next === undefined && subtask >= start.subtask ? page.limit - items.length : 0;
    const after = subtask === start.subtask ? start.after : undefined;
    const answer = await entriesOf(gateway, job, attempt, ref, { after, limit: room });
    total += answer.total;
    if (next !== undefined || subtask < start.subtask) continue;
    items.push(...answer.entries);
    if (answer.next !== undefined) next = `${subtask}|${answer.next}`;
    else if (items.length >= page.limit && subtask + 1 < attempts.length) next = `${subtask + 1}|`;
  }
  return { items, total, ...(next === undefined ? {} : { next }) };
}

/** The entry of a key, from whichever subtask has it. */
export async function stateEntry(
  gateway: RestfulGateway,
  job: JobRecord,
  ref: StateRef,
  key: string,
): Promise<StateEntryInfo | undefined> {
  const attempts = currentAttempts(vertexOfOperator(job, ref.operator));
  const answers = await Promise.all(
    attempts.map((attempt) => gateway.query(job.id, { q: 'lookup', ref: attempt.ref, ...ref, key })),
  );
  return answers.map((answer) => (answer.a === 'lookup' ? answer.entry : unexpected(answer))).find(Boolean);
}

async function entriesOf(
  gateway: RestfulGateway,
  job: JobRecord,
  attempt: AttemptRecord,
  ref: StateRef,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<EntriesAnswer> {
  const query: StateQuery = {
    q: 'entries',
    ref: attempt.ref,
    ...ref,
    limit,
    ...(after === undefined ? {} : { after }),
  };
  const answer = await gateway.query(job.id, query);
  return answer.a === 'entries' ? answer : unexpected(answer);
}

function cursorOf(after: string | undefined): { readonly subtask: number; readonly after: string | undefined } {
  if (after === undefined) return { subtask: 0, after: undefined };
  const bar = after.indexOf('|');
  const subtask = Number(after.slice(0, bar));
  if (bar < 1 || !Number.isSafeInteger(subtask) || subtask < 0) {
    throw userError('rest.bad-request', `"${after}" is not the end of a page.`, 'Ask from the start.');
  }
  const rest = after.slice(bar + 1);
  return { subtask, after: rest === '' ? undefined : rest };
}

function unexpected(answer: StateAnswer): never {
  throw new JobStateError('internal.unexpected-answer', `A task answered with ${answer.a}.`);
}
