import { callerLocation } from './callerLocation';
import { describeNode, type DraftNode, type NodeDescription } from './streamGraphBuilder';

/** Has an operator that its author is still describing. */
export interface OfOperator {
  readonly node: DraftNode;
}

/** What an author can say about an operator, be it in the middle of a stream or at its end. */
export interface Describable {
  /** Names the state of this operator in snapshots. Unique within the job; keep it and the state is found again. */
  uid(uid: string): this;
  name(name: string): this;
  setParallelism(parallelism: number): this;
  /** Number of key groups; fixed for the life of the state. */
  setMaxParallelism(maxParallelism: number): this;
  /** Is chained neither to its input nor to its outputs. */
  disableChaining(): this;
}

// TypeScript wants exactly this constructor of a class that another one is made from.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Constructor<Instance> = abstract new (...args: any[]) => Instance;

/** The class with the setters of {@link Describable}: streams and sinks have them, but no ancestor in common. */
export function describable<Base extends Constructor<OfOperator>>(base: Base): Base & Constructor<Describable> {
  abstract class Described extends base implements Describable {
    uid(uid: string): this {
      return this.#describe({ uid, location: callerLocation(this, 'uid') });
    }

    name(name: string): this {
      return this.#describe({ name });
    }

    setParallelism(parallelism: number): this {
      return this.#describe({ parallelism });
    }

    setMaxParallelism(maxParallelism: number): this {
      return this.#describe({ maxParallelism });
    }

    disableChaining(): this {
      return this.#describe({ chainingStrategy: 'NEVER' });
    }

    #describe(description: NodeDescription): this {
      describeNode(this.node, description);
      return this;
    }
  }
  return Described;
}
