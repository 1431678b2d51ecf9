/**
 * Rows as columns: a typed array for each field, texts as a dictionary. Rows of one shape whose fields are numbers, texts and truth values
 * travel so; decoding them is making objects, not parsing. The bytes stand for themselves: u32 length of a JSON text that says what
 * follows, that text, the columns in the order of the fields.
 */
import { Packr } from 'msgpackr/pack';
import { commonFields, shapeOf } from './rowShape';
import { aligned, bytesOf, joined } from './typedBytes';

/** text: indexes into a dictionary · texts: one after the other, where a dictionary would hardly be shorter. */
type ColumnKind = 'i32' | 'f64' | 'bool' | 'text' | 'texts';

interface Column {
  readonly kind: ColumnKind;
  readonly bytes: readonly Uint8Array[];
  /** Of texts: bytes of the words. */
  readonly wordBytes?: number;
}

interface Schema {
  readonly fields: readonly string[];
  /** Kind of each column, and of texts the bytes of their words. */
  readonly columns: readonly (readonly [kind: ColumnKind, wordBytes: number])[];
}

/** So many rows tell whether a dictionary is worth it. */
const triedRows = 128;

const texts = new Packr({ useRecords: false });
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/** undefined for rows that columns cannot hold exactly. */
export function encodeColumns(rows: readonly unknown[], length: number): Uint8Array | undefined {
  const fields = commonFields(rows, length);
  if (fields === undefined) return undefined;
  const columns: Column[] = [];
  for (const values of shapeOf(fields).take(rows, length)) {
    const column = toColumn(values);
    if (column === undefined) return undefined;
    columns.push(column);
  }
  const schema: Schema = { fields, columns: columns.map(({ kind, wordBytes }) => [kind, wordBytes ?? 0]) };
  const head = utf8.encode(JSON.stringify(schema));
  const headLength = new Uint8Array(4);
  new DataView(headLength.buffer).setUint32(0, head.length, true);
  return joined([headLength, head, ...columns.flatMap(({ bytes }) => bytes)]);
}

/** Fails with some error when the bytes are none of `encodeColumns`. */
export function decodeColumns(bytes: Uint8Array, length: number): unknown[] {
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  const { fields, columns } = JSON.parse(fromUtf8.decode(bytes.subarray(4, 4 + headBytes))) as Schema;
  let at = 4 + headBytes;
  const take = (size: number): Uint8Array => {
    if (at + size > bytes.length) throw new RangeError(`columns end at ${bytes.length}`);
    at += size;
    return bytes.subarray(at - size, at);
  };
  const values = columns.map(([kind, wordBytes]) => fromColumn(kind, wordBytes, length, take));
  return shapeOf(fields).make(values, length);
}

function toColumn(values: readonly unknown[]): Column | undefined {
  switch (typeof values[0]) {
    case 'number':
      return numbers(values);
    case 'string':
      return textColumn(values);
    case 'boolean':
      return truths(values);
    default:
      return undefined;
  }
}

function numbers(values: readonly unknown[]): Column | undefined {
  const { length } = values;
  const integers = new Int32Array(length);
  let row = 0;
  for (; row < length; row++) {
    const value = values[row];
    if (typeof value !== 'number') return undefined;
    integers[row] = value;
    // Also false for -0, which an integer would lose.
    if (!Object.is(integers[row], value)) break;
  }
  if (row === length) return { kind: 'i32', bytes: [bytesOf(integers)] };
  const doubles = new Float64Array(length);
  for (row = 0; row < length; row++) {
    const value = values[row];
    if (typeof value !== 'number') return undefined;
    doubles[row] = value;
  }
  return { kind: 'f64', bytes: [bytesOf(doubles)] };
}

function truths(values: readonly unknown[]): Column | undefined {
  const bits = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (typeof value !== 'boolean') return undefined;
    bits[row] = value ? 1 : 0;
  }
  return { kind: 'bool', bytes: [bits] };
}

function textColumn(values: readonly unknown[]): Column | undefined {
  if (!values.every((value) => typeof value === 'string')) return undefined;
  const shared = dictionary(values);
  if (shared !== undefined) return shared;
  const words = texts.pack(values);
  return { kind: 'texts', bytes: [words], wordBytes: words.length };
}

/** Each text once, so that decoded rows share their strings; undefined when too few of them are the same. */
function dictionary(values: readonly string[]): Column | undefined {
  const known = new Map<string, number>();
  const indexes = new Uint16Array(values.length);
  for (let row = 0; row < values.length; row++) {
    if (row === triedRows && known.size > triedRows / 2) return undefined;
    const value = values[row] ?? '';
    let index = known.get(value);
    if (index === undefined) {
      index = known.size;
      known.set(value, index);
    }
    indexes[row] = index;
  }
  const words = texts.pack([...known.keys()]);
  return { kind: 'text', bytes: [bytesOf(indexes), words], wordBytes: words.length };
}

function fromColumn(
  kind: ColumnKind,
  wordBytes: number,
  length: number,
  take: (size: number) => Uint8Array,
): ArrayLike<unknown> {
  switch (kind) {
    case 'i32':
      return new Int32Array(aligned(take(4 * length), 0, 4 * length));
    case 'f64':
      return new Float64Array(aligned(take(8 * length), 0, 8 * length));
    case 'bool':
      return Array.from(take(length), (bit) => bit === 1);
    case 'text': {
      const indexes = new Uint16Array(aligned(take(2 * length), 0, 2 * length));
      const words = wordsIn(take(wordBytes));
      const values = new Array<string>(length);
      for (let row = 0; row < length; row++) {
        const word = words[indexes[row] ?? 0];
        if (word === undefined) throw new RangeError(`text ${indexes[row] ?? 0} of ${words.length}`);
        values[row] = word;
      }
      return values;
    }
    case 'texts': {
      const words = wordsIn(take(wordBytes));
      if (words.length !== length) throw new RangeError(`${words.length} texts for ${length} rows`);
      return words;
    }
  }
}

function wordsIn(bytes: Uint8Array): string[] {
  return texts.unpack(bytes) as string[];
}
