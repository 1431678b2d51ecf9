/** Numbers that stand for things of one stop (frames, scopes, variables); they are no longer valid once the thread runs on. */
export class References<T> {
  private readonly things = new Map<number, T>();
  private next = 1;

  add(thing: T): number {
    const number = this.next++;
    this.things.set(number, thing);
    return number;
  }

  get(number: number): T | undefined {
    return this.things.get(number);
  }

  /** Forgets everything that `gone` picks; numbers go on, so that a late question cannot meet another thing. */
  forget(gone: (thing: T) => boolean): void {
    for (const [number, thing] of this.things) if (gone(thing)) this.things.delete(number);
  }
}
