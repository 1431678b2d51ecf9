import { userError } from '../base/errors';

/** Deeper ones are a mistake, and a walk through the buckets shall have an end. */
export const deepestBucket = 8;
const longestNameBytes = 200;

/** Control characters, and what some platform does not allow in a name or takes for something else; Windows drops dots and spaces at the end. */
const forbidden = /[\u0000-\u001f\u007f\\:*?"<>|]|[. ]$/;

/**
 * Throws the user error `sink.bad-bucket` unless the directory lies below that of the sink on every platform: names with `/` between them,
 * none of them hidden or like that of a part. The empty text is the directory of the sink itself.
 */
export function checkBucket(bucket: unknown): asserts bucket is string {
  if (bucket === '') return;
  const fault = typeof bucket === 'string' ? faultOf(bucket.split('/')) : 'is no text';
  if (fault === undefined) return;
  throw userError(
    'sink.bad-bucket',
    `The bucket ${JSON.stringify(bucket)} of a row ${fault}.`,
    "Let bucket() return a relative path, as 'day=2001-01-05/origin=ATL', of letters, digits and signs that names may have everywhere.",
    { subject: { field: 'bucket' } },
  );
}

function faultOf(names: readonly string[]): string | undefined {
  if (names.length > deepestBucket) return `has more than ${deepestBucket} names`;
  for (const name of names) {
    if (name === '') return 'begins or ends with /, or holds an empty name';
    if (name.startsWith('.')) return 'holds a name that begins with a dot';
    if (name.startsWith('part-')) return 'holds a name that begins as those of the parts do';
    if (forbidden.test(name)) return 'holds a character that a name cannot have on every platform';
    if (encoder.encode(name).length > longestNameBytes) return `holds a name of more than ${longestNameBytes} bytes`;
  }
  return undefined;
}

const encoder = new TextEncoder();
