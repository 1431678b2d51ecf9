const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value of a JSON text in UTF-8, or what is wrong with it: the end of a sentence about its place. */
export function jsonValue(bytes: Uint8Array): { readonly row: unknown } | { readonly what: string } {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { what: 'is not UTF-8' };
  }
  try {
    return { row: JSON.parse(text) as unknown };
  } catch {
    return { what: 'is not JSON' };
  }
}
