import { canonicalJson } from '../../base/canonicalJson';
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { TypeSerializer } from '../serializer';
import { STRING } from './primitives';

/** Canonical JSON text (RFC 8785) in Flink's `String`: for what the author does not declare. Equal values have equal bytes. */
class JsonSerializer implements TypeSerializer<unknown> {
  readonly fixedLength = -1;
  readonly snapshot = STRING.snapshot;
  serialize(value: unknown, out: DataOutput): void {
    out.writeString(canonicalJson(value));
  }
  deserialize(input: DataInput): unknown {
    const at = input.position;
    const text = input.readString();
    try {
      return JSON.parse(text ?? 'null') as unknown;
    } catch {
      throw input.malformed('A text that is not JSON, in a state of type JSON,', at);
    }
  }
  copy(value: unknown): unknown {
    return typeof value === 'object' && value !== null ? copyJson(value) : value;
  }
  describe(): string {
    return 'JSON';
  }
}

function copyJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyJson(member)]));
}

/** Shared; {@link JSON_VALUE} gives it a type. */
const json: TypeSerializer<unknown> = new JsonSerializer();

/** The serializer of values of type `T` that JSON can say. */
export function JSON_VALUE<T = unknown>(): TypeSerializer<T> {
  return json as TypeSerializer<T>;
}
