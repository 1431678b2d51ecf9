import type { HoldId } from '../base/ids';
import type { ThreadRef } from '../cluster/debugPort';

/** What is different between two looks at the threads of a job, by thread id. */
export interface ThreadChanges {
  readonly started: readonly number[];
  readonly exited: readonly number[];
  /** Held now, and not at this step before. */
  readonly stopped: readonly number[];
  /** Let go by somebody else than this session. */
  readonly continued: readonly number[];
}

/** The threads of a job under the numbers that the debug protocol wants; a thread keeps its number, numbers are not used again. */
export class ThreadList {
  private readonly numbers = new Map<string, number>();
  private now = new Map<number, ThreadRef>();
  private next = 1;

  /** In the engine's order. */
  get all(): readonly { readonly id: number; readonly ref: ThreadRef }[] {
    return [...this.now].map(([id, ref]) => ({ id, ref }));
  }

  get(id: number): ThreadRef | undefined {
    return this.now.get(id);
  }

  /** Marks a thread as running, because this session lets it go; the next look then finds nothing new in that. */
  letGo(id: number): void {
    const ref = this.now.get(id);
    if (ref?.hold === undefined) return;
    this.now.set(id, { key: ref.key, name: ref.name, status: ref.status });
  }

  /** Takes over what the engine says now. */
  update(refs: readonly ThreadRef[]): ThreadChanges {
    const before = this.now;
    const now = new Map(refs.map((ref) => [this.numberOf(ref.key), ref]));
    this.now = now;
    const held = (threads: ReadonlyMap<number, ThreadRef>, id: number): HoldId | undefined => threads.get(id)?.hold;
    const ids = [...now.keys()];
    return {
      started: ids.filter((id) => !before.has(id)),
      exited: [...before.keys()].filter((id) => !now.has(id)),
      stopped: ids.filter((id) => held(now, id) !== undefined && held(now, id) !== held(before, id)),
      continued: ids.filter((id) => held(now, id) === undefined && held(before, id) !== undefined),
    };
  }

  private numberOf(key: string): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.next++;
    this.numbers.set(key, number);
    return number;
  }
}
