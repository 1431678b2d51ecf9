const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/** Strings up to this length are copied by JavaScript engines when they are cut out of longer ones; longer ones would keep those alive. */
const copiedLength = 12;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** open: the bytes end within the record · not-closed, text-after-quote: what is wrong with it. */
export type CsvScan =
  | { readonly t: 'record'; readonly end: number }
  | { readonly t: 'open' }
  | { readonly t: 'not-closed' }
  | { readonly t: 'text-after-quote' };

const open: CsvScan = { t: 'open' };
const notClosed: CsvScan = { t: 'not-closed' };
const textAfterQuote: CsvScan = { t: 'text-after-quote' };

/**
 * Cuts one record into fields after RFC 4180: lines end with LF or CR LF; a field that begins with a quote may hold delimiters and line
 * ends, and doubled quotes for quotes; a quote inside a field that does not begin with one is a character like any other. It works on
 * bytes, because a source has to know the byte behind each record, and holds the fields of one record at a time, so that nothing is made
 * of columns that nobody reads. (The readers of CSV on npm are streams of rows; none can begin in the middle and tell where it is.)
 */
export class CsvRecord {
  /** Fields of the record. */
  count = 0;
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  /** 0 plain, 1 in quotes, 2 in quotes with doubled ones. */
  private readonly quotes: number[] = [];
  private bytes: Uint8Array = new Uint8Array();
  /** The whole record when all of it is ASCII: then indexes of bytes are those of characters. */
  private ascii: string | undefined;
  private start = 0;

  /** `delimiter` is one ASCII character. */
  constructor(private readonly delimiter: string) {}

  /** Reads the record that begins at `start`, where at least one byte is. */
  scan(bytes: Uint8Array, start: number, isEnd: boolean): CsvScan {
    const delimiter = this.delimiter.charCodeAt(0);
    this.count = 0;
    this.bytes = bytes;
    this.start = start;
    for (let at = start; ; at++) {
      const end = bytes[at] === quote ? this.quoted(at) : this.plain(at, delimiter);
      if (end === undefined) return isEnd ? notClosed : open;
      const next = bytes[end];
      if (next === delimiter) {
        at = end;
      } else if (next === lineFeed) return this.record(end, end + 1);
      else if (next === undefined) return isEnd ? this.record(end, end) : open;
      else if (next !== carriageReturn) return textAfterQuote;
      else if (bytes[end + 1] === lineFeed) return this.record(end, end + 2);
      else if (bytes[end + 1] === undefined) return isEnd ? this.record(end, end + 1) : open;
      else return textAfterQuote;
    }
  }

  /** Field in quotes: `""` can be told from nothing. */
  isQuoted(field: number): boolean {
    return this.quotes[field] !== 0;
  }

  isEmpty(field: number): boolean {
    return this.starts[field] === this.ends[field];
  }

  /** Throws a TypeError when the field is not UTF-8. */
  text(field: number): string {
    const start = this.starts[field] ?? 0;
    const end = this.ends[field] ?? start;
    const text =
      this.ascii !== undefined && end - start <= copiedLength
        ? this.ascii.slice(start - this.start, end - this.start)
        : utf8.decode(this.bytes.subarray(start, end));
    return this.quotes[field] === 2 ? text.replaceAll('""', '"') : text;
  }

  /** Behind the closing quote; undefined when there is none. */
  private quoted(start: number): number | undefined {
    let doubled = 1;
    for (let at = start + 1; ; at += 2) {
      at = this.bytes.indexOf(quote, at);
      if (at < 0) return undefined;
      if (this.bytes[at + 1] !== quote) {
        this.field(start + 1, at, doubled);
        return at + 1;
      }
      doubled = 2;
    }
  }

  /** The delimiter or line end behind the field, or the end of the bytes. */
  private plain(start: number, delimiter: number): number {
    const { bytes } = this;
    let at = start;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === delimiter || byte === lineFeed) break;
    }
    const isLineEnd = bytes[at] !== delimiter && at > start && bytes[at - 1] === carriageReturn;
    const end = isLineEnd ? at - 1 : at;
    this.field(start, end, 0);
    return end;
  }

  private field(start: number, end: number, quotes: number): void {
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.quotes[this.count++] = quotes;
  }

  private record(textEnd: number, end: number): CsvScan {
    this.ascii = isAscii(this.bytes, this.start, textEnd)
      ? utf8.decode(this.bytes.subarray(this.start, textEnd))
      : undefined;
    return { t: 'record', end };
  }
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) > 0x7f) return false;
  return true;
}
