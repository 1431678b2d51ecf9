import type { SourceLocation } from '../graph/streamGraph';

const frame = /(?:^|\()((?:file:\/\/)?[^()]+):(\d+):(\d+)\)?$/;

/**
 * Where this method of this library was called from, or undefined when the engine does not tell. Under source maps
 * (`--enable-source-maps`) that is the line of the author's own `.ts` file.
 */
export function callerLocation<Owner extends object>(
  owner: Owner,
  method: keyof Owner & string,
): SourceLocation | undefined {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, owner[method] as () => void);
  return stackLocations(holder.stack ?? '')[0];
}

/** The places of a stack trace, innermost first; frames without a file are left out. */
export function stackLocations(stack: string): SourceLocation[] {
  return stack.split('\n').flatMap((line) => {
    if (!/^\s+at /.test(line)) return [];
    const match = frame.exec(line.trim().replace(/^at (?:async )?/, ''));
    const [, file, lineNumber, column] = match ?? [];
    if (file === undefined || file.startsWith('node:')) return [];
    return [{ file: filePath(file), line: Number(lineNumber), column: Number(column) }];
  });
}

function filePath(file: string): string {
  if (!file.startsWith('file://')) return file;
  const path = decodeURIComponent(new URL(file).pathname);
  return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
}
