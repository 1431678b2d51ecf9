/** Where the end of something can be waited for: a test, or a `SuiteScope`. */
export interface Scope {
  after(run: () => Promise<void>): void;
}

type Work = () => Promise<void> | void;

const stacks = new WeakMap<Scope, Work[]>();

/** Like `after` of node:test, but the last first, and all of it even when some fails: a runtime ends before its folder is deleted. */
export function atEnd(scope: Scope, work: Work): void {
  const known = stacks.get(scope);
  if (known !== undefined) {
    known.push(work);
    return;
  }
  const stack = [work];
  stacks.set(scope, stack);
  scope.after(async () => {
    const failures: unknown[] = [];
    for (const one of stack.reverse()) {
      try {
        await one();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });
}

/** The scope of a suite: its `end` belongs into an `after` hook. */
export class SuiteScope implements Scope {
  readonly #works: (() => Promise<void>)[] = [];

  after(run: () => Promise<void>): void {
    this.#works.push(run);
  }

  async end(): Promise<void> {
    for (const run of this.#works) await run();
  }
}
