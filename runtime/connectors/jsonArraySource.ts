import type { Window } from './inputFile';
import { jsonValue } from './jsonValue';
import type { ParsedRecord, RecordParser } from './recordCursor';

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * One JSON array that fills a file, an element a record. A record is an element with what stands before it: the opening bracket or the
 * comma. So the position 0 is the start, and every other one lies behind an element.
 */
export const jsonArray: RecordParser = {
  manyInALine: true,
  parse(window: Window, at: number): ParsedRecord | undefined {
    const { bytes, isEnd, start } = window;
    const from = start + at === 0 ? arrayStart(window) : afterSpace(bytes, at);
    if (from === undefined) return undefined;
    const next = bytes[from];
    if (next === undefined) return isEnd ? unfinished(from) : undefined;
    if (start + at === 0) {
      if (next !== openBracket) return { t: 'broken', what: 'does not begin a JSON array', start: from };
      const first = afterSpace(bytes, from + 1);
      return bytes[first] === closeBracket ? ending(window, first) : element(window, first);
    }
    if (next === closeBracket) return ending(window, from);
    if (next !== comma) return { t: 'broken', what: 'holds neither , nor ] behind an element', start: from };
    return element(window, afterSpace(bytes, from + 1));
  },
};

/** Behind a byte order mark and spaces; undefined when that is not to be seen yet. */
function arrayStart({ bytes, isEnd }: Window): number | undefined {
  if (bytes.length < 3 && !isEnd) return undefined;
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return afterSpace(bytes, mark);
}

function element({ bytes, isEnd }: Window, start: number): ParsedRecord | undefined {
  const end = elementEnd(bytes, start);
  // A number may go on in the next window.
  if (end === undefined || end === bytes.length) return isEnd ? unfinished(start) : undefined;
  if (end === start) return { t: 'bad', what: 'holds an empty element', start, end };
  const value = jsonValue(bytes.subarray(start, end));
  return 'row' in value ? { t: 'row', row: value.row, end } : { t: 'bad', what: value.what, start, end };
}

/** The closing bracket, behind which only spaces may come. */
function ending({ bytes, isEnd }: Window, bracket: number): ParsedRecord | undefined {
  const after = afterSpace(bytes, bracket + 1);
  if (after < bytes.length) return { t: 'broken', what: 'goes on behind the end of the array', start: after };
  return isEnd ? { t: 'over' } : undefined;
}

function unfinished(start: number): ParsedRecord {
  return { t: 'broken', what: 'is the end of the file, but not of its JSON array', start };
}

/** undefined when the bytes end before it. Brackets and texts are followed; whether all is JSON is found out later. */
function elementEnd(bytes: Uint8Array, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote: {
        const end = textEnd(bytes, at);
        if (end === undefined) return undefined;
        if (depth === 0 && at === start) return end;
        at = end - 1;
        break;
      }
      case openBrace:
      case openBracket:
        depth++;
        break;
      case closeBrace:
      case closeBracket:
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
        break;
      case comma:
        if (depth === 0) return at;
        break;
      default:
        break;
    }
  }
  return depth === 0 ? bytes.length : undefined;
}

/** Behind the closing quote. */
function textEnd(bytes: Uint8Array, start: number): number | undefined {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  return undefined;
}

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
  }
  return at;
}
