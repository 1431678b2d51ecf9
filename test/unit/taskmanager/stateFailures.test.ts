/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AggregatingStateDescriptor,
  KeyedBroadcastProcessFunction,
  KeyedProcessFunction,
  ListStateDescriptor,
  MapStateDescriptor,
  ProcessFunction,
  ReducingStateDescriptor,
  Types,
  ValueStateDescriptor,
  type BroadcastContext,
  type CheckpointedFunction,
  type Collector,
  type FunctionInitializationContext,
  type KeyedContext,
  type ListState,
  type ProcessContext,
  type RuntimeContext,
} from '../../../runtime/api/index';
import type { ErrorData } from '../../../runtime/base/errors';
import { assertNamed, failsWith, failureOf, keyed, type Build } from './failures';
import { deployed, jobOf, numbers } from './streamJobs';

const noLong = 'three' as unknown as number;

/** Puts a value into the state of the key 1 that its type cannot hold. */
type Put = (context: RuntimeContext) => void;

class Puts extends KeyedProcessFunction<number, number, number> {
  private context: RuntimeContext | undefined;

  constructor(private readonly put: Put) {
    super();
  }

  override open(context: RuntimeContext): void {
    this.context = context;
  }

  override processElement(value: number, _: KeyedContext<number>, out: Collector<number>): void {
    out.collect(value);
    if (value === 3 && this.context !== undefined) this.put(this.context);
  }
}

/** With operator state that its type cannot hold, or a hook that throws. */
class Checkpointed extends ProcessFunction<number, number> implements CheckpointedFunction {
  private list: ListState<number> | undefined;

  constructor(private readonly where: 'initializeState' | 'snapshotState' | 'value') {
    super();
  }

  initializeState(context: FunctionInitializationContext): void {
    if (this.where === 'initializeState') throw new Error('on purpose');
    this.list = context.getOperatorStateStore().getListState(new ListStateDescriptor('seen', Types.LONG));
  }

  snapshotState(): void {
    if (this.where === 'snapshotState') throw new Error('on purpose');
    this.list?.update([1, noLong]);
  }

  override processElement(value: number, _: ProcessContext, out: Collector<number>): void {
    out.collect(value);
  }
}

const rules = new MapStateDescriptor('rules', Types.LONG, Types.LONG);

class PutsRules extends KeyedBroadcastProcessFunction<number, number, number, number> {
  override processElement(value: number, _: KeyedContext<number>, out: Collector<number>): void {
    out.collect(value);
  }

  override processBroadcastElement(value: number, context: BroadcastContext): void {
    context.getBroadcastState(rules).put(value, value === 3 ? noLong : value);
  }
}

/** Why the task with the operator declines a checkpoint that is taken when all rows are through; the job goes on. */
async function declineOf(build: Build): Promise<ErrorData> {
  const cluster = await deployed(jobOf((env) => [build(env).uid('it').name('Mine')], 1));
  const sources = cluster.tasks.filter(({ vertex }) => vertex.operators[0]?.kind === 'source');
  await cluster.until(() => cluster.of('inputExhausted').length === sources.length);
  await cluster.pass(100);
  cluster.trigger();
  await cluster.until(() => cluster.of('decline').length > 0);
  const [decline] = cluster.of('decline');
  assert.equal(
    cluster.of('taskState').some(({ error }) => error !== undefined),
    false,
    'the task goes on',
  );
  await cluster.cancelAll();
  assert.ok(decline !== undefined);
  return decline.error;
}

const puts: readonly (readonly [what: string, put: Put, why: string])[] = [
  [
    'a value',
    (context) => context.getState(new ValueStateDescriptor('s', Types.LONG)).update(noLong),
    'A value of type LONG cannot hold "three".',
  ],
  [
    'a value without a declared type',
    (context) => context.getState(new ValueStateDescriptor<unknown>('s')).update(new Set()),
    'A value without a declared type holds a Set, which JSON cannot represent.',
  ],
  [
    'an element of a list',
    (context) => context.getListState(new ListStateDescriptor('s', Types.LONG)).add(noLong),
    'A value of type LONG cannot hold "three".',
  ],
  [
    'a value of a map',
    (context) => context.getMapState(new MapStateDescriptor('s', Types.LONG, Types.LONG)).put(1, noLong),
    'A value of type LONG cannot hold "three".',
  ],
  [
    'what a reduce function gives',
    (context) => {
      const state = context.getReducingState(new ReducingStateDescriptor<number>('s', () => noLong, Types.LONG));
      state.add(1);
      state.add(2);
    },
    'A value of type LONG cannot hold "three".',
  ],
  [
    'an accumulator',
    (context) =>
      context
        .getAggregatingState(
          new AggregatingStateDescriptor<number, number, number>(
            's',
            { createAccumulator: () => 0, add: () => noLong, getResult: (sum) => sum, merge: (a) => a },
            Types.LONG,
          ),
        )
        .add(1),
    'A value of type LONG cannot hold "three".',
  ],
];

describe('a state that its type cannot hold declines the checkpoint, with operator, state, key and advice:', () => {
  for (const [what, put, why] of puts) {
    test(what, async () => {
      const error = await declineOf((env) => keyed(env).process(new Puts(put)));
      assert.equal(error.message, `Mine failed in its snapshot: State "s" of key 1: ${why}`);
      assert.deepEqual(
        [error.code, error.domain, error.subject],
        ['state.value', 'user', { field: 's', operator: 'it', subtask: 0 }],
      );
      assert.notEqual(error.advice, '');
    });
  }

  test('an element of operator state', async () => {
    const error = await declineOf((env) => numbers(env, 5).process(new Checkpointed('value')));
    assert.equal(
      error.message,
      'Mine failed in its snapshot: Operator state "seen", element 1: A value of type LONG cannot hold "three".',
    );
    assert.deepEqual([error.code, error.subject.operator], ['state.value', 'it']);
  });

  test('a value of broadcast state', async () => {
    const error = await declineOf((env) =>
      keyed(env)
        .connect(numbers(env, 5, 'rules').broadcast(rules))
        .process(new PutsRules()),
    );
    assert.equal(
      error.message,
      'Mine failed in its snapshot: Operator state "rules", key 3: A value of type LONG cannot hold "three".',
    );
    assert.deepEqual([error.code, error.subject.operator], ['state.value', 'it']);
  });
});

describe('state used in a wrong way fails its task, with operator, row and advice:', () => {
  const putUndefined: Put = (context) =>
    context.getState(new ValueStateDescriptor('s', Types.LONG)).update(undefined as unknown as number);
  const otherType: Put = (context) => {
    context.getState(new ValueStateDescriptor('s', Types.LONG)).update(1);
    context.getState(new ValueStateDescriptor('s', Types.STRING)).update('x');
  };
  for (const [what, put, code, why] of [
    ['undefined', putUndefined, 'state.undefined', /State "s" was updated with undefined/],
    ['two types for one name', otherType, 'state.incompatible', /State "s" is declared twice, as LONG and as STRING/],
  ] as const) {
    test(what, async () => {
      const error = await failureOf((env) => keyed(env).process(new Puts(put)).uid('it').name('Mine'));
      assert.match(error.message, /^Mine failed in processElement for the record 3: /);
      assert.match(error.message, why);
      assert.deepEqual([error.code, error.subject.operator], [code, 'it']);
      assert.notEqual(error.advice, '');
    });
  }
});

describe('a hook of a function with operator state', () => {
  test('that throws in initializeState fails the task', () =>
    failsWith((env) => numbers(env, 5).process(new Checkpointed('initializeState')), 'initializeState'));

  test('that throws in snapshotState declines the checkpoint', async () => {
    assertNamed(await declineOf((env) => numbers(env, 5).process(new Checkpointed('snapshotState'))), 'snapshotState');
  });
});
