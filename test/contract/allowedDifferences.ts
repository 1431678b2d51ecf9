import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A difference from the recordings that is meant; both texts are regular expressions. */
interface AllowedDifference {
  readonly recordings: string;
  readonly difference: string;
  readonly reason: string;
}

/** The list of differences.json, which remembers what of it was needed. */
export class AllowedDifferences {
  readonly #list: readonly (AllowedDifference & { used: boolean })[];

  constructor() {
    const text = readFileSync(join(import.meta.dirname, 'differences.json'), 'utf8');
    this.#list = (JSON.parse(text) as readonly AllowedDifference[]).map((entry) => ({ ...entry, used: false }));
  }

  /** @param difference one sentence of what is different in the answer to the recording of this name */
  allows(recording: string, difference: string): boolean {
    const entry = this.#list.find(
      (each) => new RegExp(each.recordings).test(recording) && new RegExp(each.difference).test(difference),
    );
    if (entry !== undefined) entry.used = true;
    return entry !== undefined;
  }

  get unused(): readonly string[] {
    return this.#list.filter(({ used }) => !used).map(({ recordings, difference }) => `${recordings}: ${difference}`);
  }
}
