/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
/** Jobs with one operator that fails, named `Mine` with the uid `it`, and how their failure is looked at. */
import assert from 'node:assert/strict';
import {
  Types,
  type DataStream,
  type KeyedStream,
  type SingleOutputStreamOperator,
  type StreamExecutionEnvironment,
} from '../../../runtime/api/index';
import type { JobStreamNode } from '../../../runtime/api/operatorSpec';
import type { ErrorData } from '../../../runtime/base/errors';
import type { MiniCluster } from './miniCluster';
import { deployed, jobOf, numbers } from './streamJobs';

/** Rows 0 … 4 and the functions that fail. */
export type Build = (env: StreamExecutionEnvironment) => SingleOutputStreamOperator<unknown>;

/** Rows 0 … 4 by whether they are odd. */
export function keyed(env: StreamExecutionEnvironment): KeyedStream<number, number> {
  return numbers(env, 5).keyBy((row) => row % 2, Types.LONG);
}

/** The first failure of a task. */
export async function firstFailure(cluster: MiniCluster): Promise<ErrorData> {
  const failures = (): ErrorData[] =>
    cluster.of('taskState').flatMap(({ error }) => (error === undefined ? [] : [error]));
  await cluster.until(() => failures().length > 0);
  const [failure] = failures();
  await cluster.cancelAll();
  assert.ok(failure !== undefined);
  return failure;
}

/** The first failure of a job of one subtask each. */
export async function failureOf(
  describeJob: (env: StreamExecutionEnvironment) => DataStream<unknown>,
): Promise<ErrorData> {
  return firstFailure(await deployed(jobOf((env) => [describeJob(env)], 1)));
}

/** A failure in code of the job's author is shown with the operator and what it was at. */
export function assertNamed(failure: ErrorData, message: string): void {
  assert.equal(failure.message, `Mine failed in ${message}: on purpose`);
  assert.deepEqual(
    [failure.code, failure.domain, failure.subject],
    ['job.function-failed', 'user', { operator: 'it', subtask: 0 }],
  );
  assert.equal(failure.advice, 'Correct the function, or the input that it fails for.');
  assert.match(failure.stack ?? '', /[fF]ailures\.test\.ts:\d+/);
}

/** The operator fails with this. */
export async function failsWith(build: Build, message: string): Promise<void> {
  assertNamed(await failureOf((env) => build(env).uid('it').name('Mine')), message);
}

/** The operator in the job's graph, under the name that it has without a word of its author. */
export function operatorOf(build: Build): JobStreamNode {
  const { nodes } = jobOf((env) => [build(env)], 1)();
  const node = nodes.at(-2);
  assert.ok(node !== undefined);
  return node;
}
