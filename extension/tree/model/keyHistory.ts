import type { StateEntryInfo } from '../../../runtime/cluster/model';
import type { Inspector } from '../../../runtime/inspect/inspector';
import { errorData, errorText } from '../../../runtime/base/errors';
import type { Pin } from './node';

/** What a key had in one snapshot, or why that cannot be said. */
export type ValueThen =
  | { readonly k: 'entries'; readonly entries: readonly StateEntryInfo[] }
  | { readonly k: 'unread'; readonly why: string };

const kept = 2_000;

/** Looks keys up in snapshots, each once: what is in a snapshot does not change. */
export class KeyHistory {
  private readonly values = new Map<string, Promise<ValueThen>>();

  constructor(private readonly inspector: Inspector) {}

  /** Never rejects; what could not be read is read again the next time. */
  valueIn(snapshot: string, pin: Pin): Promise<ValueThen> {
    const name = JSON.stringify([snapshot, pin.operator, pin.state, pin.key]);
    const known = this.values.get(name);
    if (known !== undefined) return known;
    if (this.values.size >= kept) this.values.clear();
    const value = this.read(snapshot, pin).catch((error: unknown): ValueThen => {
      this.values.delete(name);
      return { k: 'unread', why: errorText(errorData(error)) };
    });
    this.values.set(name, value);
    return value;
  }

  private async read(snapshot: string, { operator, state, key, keyGroup }: Pin): Promise<ValueThen> {
    const group = keyGroup === undefined ? {} : { keyGroup };
    return { k: 'entries', entries: await this.inspector.lookUp({ snapshot, operator, state, key, ...group }) };
  }
}
