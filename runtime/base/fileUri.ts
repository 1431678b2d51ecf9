/** Flink writes local paths as `file:/a/b` (its `Path.toString()`): one slash, nothing percent-encoded, `file:/C:/a` on Windows. */
export function fileUri(path: string): string {
  const slashes = path.replaceAll('\\', '/');
  return slashes.startsWith('/') ? `file:${slashes}` : `file:/${slashes}`;
}

/** The path of a `file:` URI in any of its spellings; other text is given back as it is. */
export function pathOfUri(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  const path = uri.slice('file:'.length).replace(/^\/{2,}/, '/');
  return /^\/[A-Za-z]:(?:\/|$)/.test(path) ? path.slice(1) : path;
}
