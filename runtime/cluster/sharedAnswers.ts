/** Questions that are asked at the same time, or again within a moment, get one answer. */
export class SharedAnswers {
  readonly #answers = new Map<string, { readonly askedMs: number; readonly answer: Promise<unknown> }>();

  /** @param freshMs how long an answer is as good as a new one; 0 while it is only shared by those who wait for it. */
  constructor(
    private readonly freshMs: number,
    private readonly nowMs: () => number = () => Date.now(),
  ) {}

  get<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const nowMs = this.nowMs();
    const known = this.#answers.get(question);
    // The same question has always an answer of the same type.
    if (known !== undefined && nowMs - known.askedMs <= this.freshMs) return known.answer as Promise<T>;
    this.#forgetOlderThan(nowMs - this.freshMs);
    const answer = ask();
    this.#answers.set(question, { askedMs: nowMs, answer });
    answer.catch(() => {
      if (this.#answers.get(question)?.answer === answer) this.#answers.delete(question);
    });
    return answer;
  }

  /** Something was changed: all is asked for anew. */
  forget(): void {
    this.#answers.clear();
  }

  #forgetOlderThan(ms: number): void {
    for (const [question, { askedMs }] of this.#answers) if (askedMs < ms) this.#answers.delete(question);
  }
}
