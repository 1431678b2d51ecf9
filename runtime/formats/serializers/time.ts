/** Dates and times as ISO text, as Java's `toString` gives it; Flink's serializers of `java.time` and `java.sql`. */
import type { DataInput } from '../dataInput';
import type { DataOutput } from '../dataOutput';
import type { TypeSerializer } from '../serializer';
import { wrongValue } from './primitives';
import { base, simpleSnapshot } from './snapshots';

const minInt = -0x80000000;
const minLong = -0x8000000000000000n;

/** How one of the types is laid out; null is what Flink stores for null. */
interface TimeCodec {
  readonly name: string;
  readonly fixedLength: number;
  read(input: DataInput): string | null;
  /** False when the text is not of this type. */
  write(text: string | null, out: DataOutput): boolean;
}

class TimeSerializer implements TypeSerializer<string | null> {
  readonly fixedLength: number;
  readonly snapshot;
  private readonly codec: TimeCodec;
  constructor(codec: TimeCodec) {
    this.codec = codec;
    this.fixedLength = codec.fixedLength;
    this.snapshot = simpleSnapshot(`${base}.${codec.name}Serializer$${codec.name}SerializerSnapshot`);
  }
  serialize(value: string | null, out: DataOutput): void {
    if (!this.codec.write(value, out)) throw wrongValue(this.describe(), value, 'Give ISO text, as 2001-01-05.');
  }
  deserialize(input: DataInput): string | null {
    return this.codec.read(input);
  }
  copy(value: string | null): string | null {
    return value;
  }
  describe(): string {
    return this.codec.name.replaceAll(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
  }
}

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Civil date of a day since 1970-01-01 (proleptic Gregorian). */
function dateOfDay(day: number): DateParts {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1 };
}

/** Day since 1970-01-01 of a civil date. */
function dayOfDate({ year, month, day }: DateParts): number {
  const fromMarch = month > 2 ? year : year - 1;
  const era = Math.floor(fromMarch / 400);
  const yearOfEra = fromMarch - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function dateText({ year, month, day }: DateParts): string {
  const digits = String(Math.abs(year)).padStart(4, '0');
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  return `${sign}${digits}-${two(month)}-${two(day)}`;
}

/** `10:15:30.123456789`, with as many groups of three decimals as needed. */
function timeText(hour: number, minute: number, second: number, nanos: number): string {
  const decimals = String(nanos).padStart(9, '0');
  const length = nanos === 0 ? 0 : nanos % 1_000_000 === 0 ? 3 : nanos % 1000 === 0 ? 6 : 9;
  return `${two(hour)}:${two(minute)}:${two(second)}${length === 0 ? '' : `.${decimals.slice(0, length)}`}`;
}

const datePattern = /^([+-]?\d{4,9})-(\d\d)-(\d\d)$/;
const timePattern = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

function parseDate(text: string): DateParts | undefined {
  const [, year, month, day] = datePattern.exec(text) ?? [];
  return year === undefined ? undefined : { year: Number(year), month: Number(month), day: Number(day) };
}

interface TimeParts {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanos: number;
}

function parseTime(text: string): TimeParts | undefined {
  const [, hour, minute, second, decimals] = timePattern.exec(text) ?? [];
  if (hour === undefined) return undefined;
  const nanos = Number((decimals ?? '').padEnd(9, '0'));
  return { hour: Number(hour), minute: Number(minute), second: Number(second ?? 0), nanos };
}

function readLocalDate(input: DataInput): string | null {
  const year = input.readInt();
  const month = input.readByte();
  const day = input.readByte();
  return year === minInt ? null : dateText({ year, month, day });
}

function writeLocalDate(text: string | null, out: DataOutput): boolean {
  const date = text === null ? undefined : parseDate(text);
  if (text !== null && date === undefined) return false;
  out.writeInt(date?.year ?? minInt);
  // The null of Flink is one i16, its least value, where month and day stand otherwise.
  out.writeByte(date?.month ?? 0x80);
  out.writeByte(date?.day ?? 0);
  return true;
}

function readLocalTime(input: DataInput): string | null {
  const hour = input.readByte();
  const minute = input.readByte();
  const second = input.readByte();
  const nanos = input.readInt();
  return hour === -128 ? null : timeText(hour, minute, second, nanos);
}

function writeLocalTime(text: string | null, out: DataOutput): boolean {
  const time = text === null ? undefined : parseTime(text);
  if (text !== null && time === undefined) return false;
  out.writeByte(time?.hour ?? 0x80);
  out.writeByte(time?.minute ?? 0x80);
  out.writeByte(time?.second ?? 0);
  out.writeInt(time?.nanos ?? minInt);
  return true;
}

/** Text of a point in time: `date`T`time`Z. */
function instantText(seconds: number, nanos: number): string {
  const day = Math.floor(seconds / 86_400);
  const ofDay = seconds - day * 86_400;
  const time = timeText(Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60, nanos);
  return `${dateText(dateOfDay(day))}T${time}Z`;
}

/** Epoch seconds and nanoseconds of the text of {@link instantText}. */
function parseInstant(text: string): { seconds: number; nanos: number } | undefined {
  const [date, time] = text.endsWith('Z') ? text.slice(0, -1).split('T') : [];
  const day = parseDate(date ?? '');
  const ofDay = parseTime(time ?? '');
  if (day === undefined || ofDay === undefined) return undefined;
  const seconds = dayOfDate(day) * 86_400 + ofDay.hour * 3600 + ofDay.minute * 60 + ofDay.second;
  return { seconds, nanos: ofDay.nanos };
}

function readInstant(input: DataInput): string | null {
  const at = input.position;
  const seconds = input.readBigLong();
  const nanos = input.readInt();
  if (seconds === minLong) return null;
  if (nanos < 0 || nanos > 999_999_999) throw input.malformed(`${nanos} nanoseconds of a second`, at);
  return instantText(Number(seconds), nanos);
}

function writeInstant(text: string | null, out: DataOutput): boolean {
  const instant = text === null ? undefined : parseInstant(text);
  if (text !== null && instant === undefined) return false;
  out.writeBigLong(instant === undefined ? minLong : BigInt(instant.seconds));
  out.writeInt(instant?.nanos ?? minInt);
  return true;
}

/** Milliseconds since 1970 as a point in time. */
function readMillis(input: DataInput): string | null {
  const millis = input.readBigLong();
  return millis === minLong ? null : millisText(Number(millis));
}

function millisText(millis: number): string {
  const seconds = Math.floor(millis / 1000);
  return instantText(seconds, (millis - seconds * 1000) * 1_000_000);
}

function writeMillis(text: string | null, out: DataOutput): boolean {
  const instant = text === null ? undefined : parseInstant(text);
  if (text !== null && instant === undefined) return false;
  const millis = instant === undefined ? minLong : BigInt(instant.seconds * 1000 + Math.floor(instant.nanos / 1e6));
  out.writeBigLong(millis);
  return true;
}

function readTimestamp(input: DataInput): string | null {
  const millis = input.readBigLong();
  const nanos = input.readInt();
  return millis === minLong ? null : instantText(Math.floor(Number(millis) / 1000), nanos);
}

function writeTimestamp(text: string | null, out: DataOutput): boolean {
  if (!writeMillis(text, out)) return false;
  out.writeInt(text === null ? 0 : (parseInstant(text)?.nanos ?? 0));
  return true;
}

function readLocalDateTime(input: DataInput): string | null {
  const date = readLocalDate(input);
  const time = readLocalTime(input);
  return date === null || time === null ? null : `${date}T${time}`;
}

function writeLocalDateTime(text: string | null, out: DataOutput): boolean {
  if (text === null) return writeLocalDate(null, out) && writeLocalTime(null, out);
  const [date, time] = text.split('T');
  return date !== undefined && time !== undefined && writeLocalDate(date, out) && writeLocalTime(time, out);
}

const codecs: readonly TimeCodec[] = [
  { name: 'LocalDate', fixedLength: 6, read: readLocalDate, write: writeLocalDate },
  { name: 'LocalTime', fixedLength: 7, read: readLocalTime, write: writeLocalTime },
  { name: 'LocalDateTime', fixedLength: 13, read: readLocalDateTime, write: writeLocalDateTime },
  { name: 'Instant', fixedLength: 12, read: readInstant, write: writeInstant },
  { name: 'Date', fixedLength: 8, read: readMillis, write: writeMillis },
  { name: 'SqlDate', fixedLength: 8, read: readMillis, write: writeMillis },
  { name: 'SqlTime', fixedLength: 8, read: readMillis, write: writeMillis },
  { name: 'SqlTimestamp', fixedLength: 12, read: readTimestamp, write: writeTimestamp },
];

/** One serializer per type, by the class name of its snapshot. */
export const timeSerializers: readonly TypeSerializer<string | null>[] = codecs.map(
  (codec) => new TimeSerializer(codec),
);
