/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BroadcastProcessFunction,
  CoProcessFunction,
  KeyedBroadcastProcessFunction,
  KeyedCoProcessFunction,
  KeyedProcessFunction,
  MapStateDescriptor,
  ProcessFunction,
  Types,
  type ConnectedStreams,
  type KeyedContext,
  type StreamExecutionEnvironment,
  type TypeInformation,
} from '../../../runtime/api/index';
import { keysOf, stateKeyType } from '../../../runtime/api/operatorSpec';
import type { ErrorData } from '../../../runtime/base/errors';
import { failsWith, failureOf, keyed, operatorOf, type Build } from './failures';
import { deployed, jobOf, numbers } from './streamJobs';

/** Which function of a class fails: for the row 3, or at all. */
type Where = 'open' | 'element' | 'element1' | 'element2' | 'broadcast' | 'timer' | 'close';

function failAt(here: Where, where: Where, value = 3): void {
  if (here === where && value === 3) throw new Error('on purpose');
}

const rules = new MapStateDescriptor('rules', Types.LONG, Types.LONG);

function connected(env: StreamExecutionEnvironment): ConnectedStreams<number, number> {
  return numbers(env, 5).connect(numbers(env, 5));
}

function broadcast(env: StreamExecutionEnvironment) {
  return numbers(env, 5).broadcast(rules);
}

/** What a function is told, as far as it is used here. */
interface Told {
  timerService(): { registerEventTimeTimer(timestampMs: number): void };
}

/** A function of this class, one of whose methods fails. */
function failing<Of extends object>(of: { readonly prototype: Of }, where: Where): Of {
  const element = (value: number, context: Told): void => {
    failAt('element', where, value);
    if (where === 'timer') context.timerService().registerEventTimeTimer(value);
  };
  return Object.assign(Object.create(of.prototype) as Of, {
    open: () => failAt('open', where),
    close: () => failAt('close', where),
    processElement: element,
    processElement1: (value: number, context: Told) => {
      failAt('element1', where, value);
      element(value, context);
    },
    processElement2: (value: number) => failAt('element2', where, value),
    processBroadcastElement: (value: number) => failAt('broadcast', where, value),
    onTimer: (timestampMs: number) => failAt('timer', where, timestampMs),
  });
}

function processing(where: Where): Build {
  const fails = failing<ProcessFunction<number, number>>(ProcessFunction, where);
  return (env) => numbers(env, 5).process(fails);
}

function keyedProcessing(where: Where): Build {
  const fails = failing<KeyedProcessFunction<number, number, number>>(KeyedProcessFunction, where);
  return (env) => keyed(env).process(fails);
}

function coProcessing(where: Where): Build {
  const fails = failing<CoProcessFunction<number, number, number>>(CoProcessFunction, where);
  return (env) => connected(env).process(fails);
}

function keyedCoProcessing(where: Where): Build {
  const fails = failing<KeyedCoProcessFunction<number, number, number, number>>(KeyedCoProcessFunction, where);
  return (env) => keyed(env).connect(keyed(env)).process(fails);
}

function broadcastProcessing(where: Where): Build {
  const fails = failing<BroadcastProcessFunction<number, number, number>>(BroadcastProcessFunction, where);
  return (env) => numbers(env, 5).connect(broadcast(env)).process(fails);
}

function keyedBroadcastProcessing(where: Where): Build {
  const fails = failing<KeyedBroadcastProcessFunction<number, number, number, number>>(
    KeyedBroadcastProcessFunction,
    where,
  );
  return (env) => keyed(env).connect(broadcast(env)).process(fails);
}

/** Throws for 3. */
function picky(value: number): number {
  failAt('element', 'element', value);
  return value;
}

const rowFunctions: readonly (readonly [what: string, build: Build])[] = [
  ['map', (env) => numbers(env, 5).map(picky)],
  ['filter', (env) => numbers(env, 5).filter((row) => picky(row) >= 0)],
  ['flatMap', (env) => numbers(env, 5).flatMap((row, out) => out.collect(picky(row)))],
  ['reduce', (env) => keyed(env).reduce((_, row) => picky(row), Types.LONG)],
  ['map1', (env) => connected(env).map({ map1: picky, map2: (row) => row })],
  ['map2', (env) => connected(env).map({ map1: (row) => row, map2: picky })],
  ['flatMap1', (env) => connected(env).flatMap({ flatMap1: picky, flatMap2: () => undefined })],
  ['flatMap2', (env) => connected(env).flatMap({ flatMap1: () => undefined, flatMap2: picky })],
  ['processElement', processing('element')],
  ['processElement', keyedProcessing('element')],
  ['processElement1', coProcessing('element1')],
  ['processElement2', coProcessing('element2')],
  ['processElement1', keyedCoProcessing('element1')],
  ['processElement2', keyedCoProcessing('element2')],
  ['processElement', broadcastProcessing('element')],
  ['processBroadcastElement', broadcastProcessing('broadcast')],
  ['processElement', keyedBroadcastProcessing('element')],
  ['processBroadcastElement', keyedBroadcastProcessing('broadcast')],
];

const richFunctions = [
  processing,
  keyedProcessing,
  coProcessing,
  keyedCoProcessing,
  broadcastProcessing,
  keyedBroadcastProcessing,
] as const;

describe('a function that throws fails its task, with the operator, the function and the row:', () => {
  for (const [what, build] of rowFunctions) {
    const { name } = operatorOf(build);
    test(`${what} of ${name}`, () => failsWith(build, `${what} for the record 3`));
  }

  for (const of of richFunctions) {
    test(`open of ${operatorOf(of('open')).name}`, () => failsWith(of('open'), 'open'));
  }

  for (const of of [keyedProcessing, keyedCoProcessing, keyedBroadcastProcessing]) {
    const build = of('timer');
    test(`onTimer of ${operatorOf(build).name}`, () => failsWith(build, 'onTimer of key 1 at 3'));
  }

  test('onTimer for a key that is an object', async () => {
    class Fails extends KeyedProcessFunction<{ id: string }, number, number> {
      override processElement(_value: number, context: KeyedContext<{ id: string }>): void {
        context.timerService().registerEventTimeTimer(3);
      }

      override onTimer(): void {
        failAt('timer', 'timer');
      }
    }
    const build: Build = (env) =>
      numbers(env, 5)
        .keyBy(() => ({ id: 'a' }))
        .process(new Fails());
    await failsWith(build, 'onTimer of key {"id":"a"} at 3');
  });
});

test('close that throws does not undo what the task has done: it is told in the log, with the operator', async () => {
  const fails = failing<ProcessFunction<number, number>>(ProcessFunction, 'close');
  const cluster = await deployed(jobOf((env) => [numbers(env, 5).process(fails).uid('it').name('Mine')], 1));
  await cluster.runToEnd();
  assert.ok(cluster.log.some((line) => line.includes('Mine failed in close: on purpose')));
});

describe('a key selector fails the task that sends the rows:', () => {
  /** The operator before the keyBy has the uid `it`. */
  const failureOfKey = <K>(keyOf: (row: number) => K, type?: TypeInformation<K>): Promise<ErrorData> =>
    failureOf((env) =>
      numbers(env, 5)
        .map((row) => row)
        .uid('it')
        .name('Mine')
        .keyBy(keyOf, type)
        .reduce((a) => a, Types.LONG),
    );
  const subject = { operator: 'it', subtask: 0 };

  test('one that throws', async () => {
    const failure = await failureOfKey(picky, Types.LONG);
    assert.equal(failure.message, 'Mine failed in keyBy of its output for the record 3: on purpose');
    assert.deepEqual([failure.code, failure.subject], ['job.function-failed', subject]);
  });

  const wrong: readonly (readonly [name: string, key: unknown, type: TypeInformation<unknown>, why: string])[] = [
    ['a string for LONG', 'three', Types.LONG, 'A key of type LONG is "three".'],
    ['a fraction for INT', 3.5, Types.INT, 'A key of type INT is 3.5.'],
    ['nothing for STRING', undefined, Types.STRING, 'A key of type STRING is undefined.'],
    ['an object for STRING', { id: 3n }, Types.STRING, 'A key of type STRING is {"id":"3n"}.'],
    ['half a tuple', [1], Types.TUPLE(Types.LONG, Types.LONG), 'A key of type TUPLE is [1].'],
  ];
  for (const [name, key, type, why] of wrong) {
    test(`one that gives ${name}`, async () => {
      const good = type.kind === 'STRING' ? 'x' : type.kind === 'TUPLE' ? [0, 0] : 0;
      const failure = await failureOfKey((row): unknown => (row === 3 ? key : good), type);
      assert.equal(failure.message, `Mine failed in keyBy of its output for the record 3: ${why}`);
      assert.deepEqual([failure.code, failure.subject], ['type.key-value', subject]);
      assert.equal(failure.advice, 'Correct the key selector or the type given to keyBy.');
    });
  }

  test('one that gives nothing where no type is declared', async () => {
    const failure = await failureOfKey((row) => (row === 3 ? undefined : row));
    assert.match(failure.message, /^Mine failed in keyBy of its output for the record 3: .* holds a undefined/);
    assert.deepEqual([failure.code, failure.subject], ['type.not-json', subject]);
  });

  test('that of the second of two connected streams', async () => {
    const failure = await failureOf((env) =>
      numbers(env, 5)
        .connect(numbers(env, 5, 'other').uid('it'))
        .keyBy((row) => row, picky, Types.LONG)
        .map({ map1: (row) => row, map2: (row) => row }),
    );
    assert.equal(failure.message, 'Source: other failed in keyBy of its output for the record 3: on purpose');
    assert.deepEqual(failure.subject, subject);
  });
});

describe('keyed state and timers', () => {
  const keyTypes = (build: Build): readonly [state: string | undefined, inputs: readonly (string | undefined)[]] => {
    const { operator } = operatorOf(build);
    return [stateKeyType(operator)?.kind, keysOf(operator).map((key) => key?.keyType.kind)];
  };

  test('are there for keyed streams, for two if both are keyed, and beside a broadcast one', () => {
    assert.deepEqual(keyTypes(keyedProcessing('element')), ['LONG', ['LONG']]);
    assert.deepEqual(keyTypes(keyedCoProcessing('element')), ['LONG', ['LONG', 'LONG']]);
    assert.deepEqual(keyTypes(keyedBroadcastProcessing('element')), ['LONG', ['LONG', undefined]]);
  });

  test('are not there without keys', () => {
    assert.deepEqual(keyTypes(processing('element')), [undefined, []]);
    assert.deepEqual(keyTypes(coProcessing('element')), [undefined, [undefined, undefined]]);
    assert.deepEqual(keyTypes(broadcastProcessing('element')), [undefined, [undefined, undefined]]);
  });
});
