import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Child, ChildExit, Env } from '../../../runtime/base/env';
import { Compilers, type CompileRequest } from '../../../runtime/jobmanager/compilers';
import type { ToChild } from '../../../runtime/wire/control';
import type { FromCompiler } from '../../../runtime/wire/messages';
import { memoryEnv } from '../../support/memoryEnv';

const minuteMs = 60_000;
const killed: ChildExit = { code: undefined, signal: 'SIGKILL', lastOutput: '' };

/** A child that does what the test says. */
class FakeChild implements Child {
  readonly asked: ToChild[] = [];
  isKilled = false;
  private readonly onExits: ((exit: ChildExit) => void)[] = [];

  constructor(readonly pid: number) {}

  kill(): void {
    this.isKilled = true;
  }

  onExit(exited: (exit: ChildExit) => void): void {
    this.onExits.push(exited);
  }

  exit(exit: ChildExit): void {
    for (const exited of this.onExits) exited(exit);
  }
}

/** Compilers whose children and time are the test's. */
class Harness {
  readonly children: FakeChild[] = [];
  readonly compilers: Compilers;
  private readonly timers = new Map<() => void, number>();

  constructor() {
    const memory = memoryEnv();
    const after = (ms: number, _kind: string, run: () => void) => {
      this.timers.set(run, ms);
      return { dispose: () => void this.timers.delete(run) };
    };
    const env: Pick<Env, 'clock' | 'spawn'> = {
      clock: { ...memory.clock, after },
      spawn: () => {
        const child = new FakeChild(this.children.length + 1);
        this.children.push(child);
        return child;
      },
    };
    this.compilers = new Compilers(env, minuteMs / 2);
    this.compilers.start('address');
  }

  get timersLeft(): number {
    return this.timers.size;
  }

  /** Runs the timers of this length. */
  pass(ms: number): void {
    for (const [run, after] of [...this.timers]) {
      if (after !== ms) continue;
      this.timers.delete(run);
      run();
    }
  }

  child(number: number): FakeChild {
    const child = this.children[number];
    assert.ok(child !== undefined);
    return child;
  }

  async ready(child: FakeChild): Promise<void> {
    const connection = { send: (message: ToChild) => void child.asked.push(message) };
    this.compilers.received(connection, { m: 'compilerReady', pid: child.pid });
    await Promise.resolve();
    await Promise.resolve();
  }
}

const request = (outputDirectory: string): CompileRequest => ({ jobFile: 'job.ts', outputDirectory, overrides: {} });

const notCompiled = (outputDirectory: string): FromCompiler => ({
  m: 'notCompiled',
  outputDirectory,
  error: { code: 'job.x', message: outputDirectory, domain: 'user', retry: 'never', subject: {}, advice: '' },
});

const nobody = { send: () => undefined };

describe('the compilers', () => {
  test('give the first job to the child in reserve and start one for the next, each hears its own answer', async () => {
    const harness = new Harness();
    const first = assert.rejects(harness.compilers.compile(request('a')), { message: 'a' });
    const second = assert.rejects(harness.compilers.compile(request('b')), { message: 'b' });
    assert.equal(harness.children.length, 2);
    // The second is ready first; the hello of the other comes late.
    await harness.ready(harness.child(1));
    await harness.ready(harness.child(0));
    assert.deepEqual(
      harness.children.map(({ asked }) =>
        asked.map((message) => 'outputDirectory' in message && message.outputDirectory),
      ),
      [['a'], ['b']],
    );
    harness.compilers.received(nobody, notCompiled('b'));
    harness.compilers.received(nobody, notCompiled('a'));
    await Promise.all([first, second]);
    assert.deepEqual([harness.child(0).isKilled, harness.child(1).isKilled], [true, true]);
    for (const child of harness.children) child.exit(killed);
    harness.pass(500);
    assert.equal(harness.timersLeft, 0);
  });

  test('give no job to a child in reserve that was ended, nor to one that is just being ended', async () => {
    for (const isOver of [true, false]) {
      const harness = new Harness();
      harness.pass(minuteMs);
      assert.ok(harness.child(0).isKilled);
      if (isOver) harness.child(0).exit(killed);
      const compiled = assert.rejects(harness.compilers.compile(request('a')), { message: 'a' });
      assert.equal(harness.children.length, 2);
      harness.child(0).exit(killed);
      harness.compilers.received(nobody, notCompiled('a'));
      await compiled;
    }
  });

  test('do not end the child in reserve once it has a job', async () => {
    const harness = new Harness();
    const compiled = assert.rejects(harness.compilers.compile(request('a')), { message: 'a' });
    harness.pass(minuteMs);
    assert.equal(harness.child(0).isKilled, false);
    harness.compilers.received(nobody, notCompiled('a'));
    await compiled;
  });

  test('give up a job that takes too long, and do not hear its child any more', async () => {
    const harness = new Harness();
    const compiled = assert.rejects(harness.compilers.compile(request('a')), { code: 'job.compile-timeout' });
    harness.pass(minuteMs / 2);
    await compiled;
    assert.ok(harness.child(0).isKilled);
    harness.compilers.received(nobody, notCompiled('a'));
    await harness.ready(harness.child(0));
  });

  test('hear the answer of a child that has ended for a moment, then its end is the answer', async () => {
    const harness = new Harness();
    const answered = assert.rejects(harness.compilers.compile(request('a')), { message: 'a' });
    harness.child(0).exit({ code: 0, signal: undefined, lastOutput: '' });
    harness.compilers.received(nobody, notCompiled('a'));
    await answered;
    const silent = assert.rejects(harness.compilers.compile(request('b')), {
      code: 'job.compiler-ended',
      message: "The job's file ended the process that builds its graph (exit code 3): bye",
    });
    harness.child(1).exit({ code: 3, signal: undefined, lastOutput: 'bye\n' });
    harness.pass(500);
    await silent;
  });
});
