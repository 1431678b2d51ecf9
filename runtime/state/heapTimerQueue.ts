import type { TypeSerializer } from '../formats/serializer';
import type { KeyCodec } from './keyCodec';
import { namespaceIdentity } from './namespaces';
import type { Timer, TimerQueue } from './timerQueue';

class HeapTimer implements Timer {
  constructor(
    readonly timestampMs: number,
    readonly key: unknown,
    readonly keyGroup: number,
    readonly namespace: unknown,
    /** Position in the heap. */
    public index: number,
  ) {}
}

/** A binary heap with an index; Flink's `HeapPriorityQueueSet`. */
export class HeapTimerQueue implements TimerQueue {
  private readonly heap: HeapTimer[] = [];
  private readonly byIdentity = new Map<string, HeapTimer>();
  private readonly namespaceText: (namespace: unknown) => string;

  constructor(
    readonly name: string,
    private readonly codec: KeyCodec,
    namespace: TypeSerializer<unknown>,
  ) {
    this.namespaceText = namespaceIdentity(namespace);
  }

  get size(): number {
    return this.heap.length;
  }

  /** In no order; the array does not change afterwards. */
  toArray(): readonly Timer[] {
    return this.heap.slice();
  }

  add(timestampMs: number, key: unknown, keyGroup: number, namespace: unknown): boolean {
    const identity = this.identity(timestampMs, key, namespace);
    if (this.byIdentity.has(identity)) return false;
    const timer = new HeapTimer(timestampMs, key, keyGroup, namespace, this.heap.length);
    this.byIdentity.set(identity, timer);
    this.heap.push(timer);
    this.moveUp(timer);
    return true;
  }

  remove(timestampMs: number, key: unknown, namespace: unknown): boolean {
    const timer = this.byIdentity.get(this.identity(timestampMs, key, namespace));
    if (timer === undefined) return false;
    this.take(timer);
    return true;
  }

  peek(): Timer | undefined {
    return this.heap[0];
  }

  poll(): Timer | undefined {
    const timer = this.heap[0];
    if (timer !== undefined) this.take(timer);
    return timer;
  }

  private identity(timestampMs: number, key: unknown, namespace: unknown): string {
    return `${timestampMs}:${this.namespaceText(namespace)}${String(this.codec.toMapKey(key))}`;
  }

  private take(timer: HeapTimer): void {
    this.byIdentity.delete(this.identity(timer.timestampMs, timer.key, timer.namespace));
    const last = this.heap.pop();
    if (last === undefined || last === timer) return;
    this.place(last, timer.index);
    this.moveUp(last);
    this.moveDown(last);
  }

  private moveUp(timer: HeapTimer): void {
    while (timer.index > 0) {
      const parent = this.heap[(timer.index - 1) >> 1];
      if (parent === undefined || parent.timestampMs <= timer.timestampMs) return;
      this.swap(parent, timer);
    }
  }

  private moveDown(timer: HeapTimer): void {
    for (;;) {
      const left = this.heap[timer.index * 2 + 1];
      const right = this.heap[timer.index * 2 + 2];
      if (left === undefined) return;
      const child = right !== undefined && right.timestampMs < left.timestampMs ? right : left;
      if (child.timestampMs >= timer.timestampMs) return;
      this.swap(timer, child);
    }
  }

  private swap(a: HeapTimer, b: HeapTimer): void {
    const at = a.index;
    this.place(a, b.index);
    this.place(b, at);
  }

  private place(timer: HeapTimer, index: number): void {
    timer.index = index;
    this.heap[index] = timer;
  }
}
