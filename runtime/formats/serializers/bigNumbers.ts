/** Java's `BigInteger` as bigint and `BigDecimal` as decimal text; Flink's `BigIntSerializer` and `BigDecSerializer`. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { TypeSerializer } from '../serializer';
import { wrongValue } from './primitives';
import { base, simpleSnapshot } from './snapshots';

/** Short forms: 0 is null; the value of 1, 2 and 3. */
const shortForms = [0n, 1n, 10n];
/** Lengths are stored with this added. */
const lengthOffset = 4;

function readBigInt(input: DataInput): bigint | null {
  const at = input.position;
  const stored = input.readInt();
  if (stored === 0) return null;
  if (stored > 0 && stored < lengthOffset) return shortForms[stored - 1] ?? 0n;
  if (stored < 0) throw input.malformed(`Impossible length ${stored} of a big integer`, at);
  let value = 0n;
  const bytes = input.readBytes(stored - lengthOffset);
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

function writeBigInt(value: bigint | null, out: DataOutput): void {
  const short = value === null ? 0 : shortForms.indexOf(value) + 1;
  if (value === null || short > 0) {
    out.writeInt(short);
    return;
  }
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length += 1;
  out.writeInt(length + lengthOffset);
  for (let i = length - 1; i >= 0; i--) out.writeByte(Number((value >> BigInt(8 * i)) & 0xffn));
}

class BigIntSerializer implements TypeSerializer<bigint | null> {
  readonly fixedLength = -1;
  readonly snapshot = simpleSnapshot(`${base}.BigIntSerializer$BigIntSerializerSnapshot`);
  serialize(value: bigint | null, out: DataOutput): void {
    if (value !== null && typeof value !== 'bigint') throw wrongValue('BIG_INT', value, 'Give a bigint.');
    writeBigInt(value, out);
  }
  deserialize(input: DataInput): bigint | null {
    return readBigInt(input);
  }
  copy(value: bigint | null): bigint | null {
    return value;
  }
  describe(): string {
    return 'BIG_INT';
  }
}

class BigDecimalSerializer implements TypeSerializer<string | null> {
  readonly fixedLength = -1;
  readonly snapshot = simpleSnapshot(`${base}.BigDecSerializer$BigDecSerializerSnapshot`);
  serialize(value: string | null, out: DataOutput): void {
    const parsed = value === null ? null : parseDecimal(value);
    if (parsed === undefined) throw wrongValue('BIG_DECIMAL', value, 'Give a decimal number as text, as "12.50".');
    writeBigInt(parsed?.unscaled ?? null, out);
    if (parsed !== null) out.writeInt(parsed.scale);
  }
  deserialize(input: DataInput): string | null {
    const unscaled = readBigInt(input);
    return unscaled === null ? null : decimalText(unscaled, input.readInt());
  }
  copy(value: string | null): string | null {
    return value;
  }
  describe(): string {
    return 'BIG_DECIMAL';
  }
}

const decimalPattern = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

function parseDecimal(text: string): { unscaled: bigint; scale: number } | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = decimalPattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const unscaled = BigInt(whole + fraction);
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: fraction.length - Number(exponent) };
}

/** As `BigDecimal.toString`: plain where the scale is not negative and the number not too small, else with an exponent. */
function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const exponent = digits.length - 1 - scale;
  if (scale >= 0 && exponent >= -6) {
    if (scale === 0) return sign + digits;
    const padded = digits.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits.charAt(0)}.${digits.slice(1)}`;
  return `${sign}${mantissa}${exponent === 0 ? '' : `E${exponent > 0 ? '+' : ''}${exponent}`}`;
}

export const BIG_INT: TypeSerializer<bigint | null> = new BigIntSerializer();
export const BIG_DECIMAL: TypeSerializer<string | null> = new BigDecimalSerializer();
