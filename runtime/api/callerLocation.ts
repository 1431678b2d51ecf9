import type { SourceLocation } from '../graph/streamGraph';

const frame = /(?:^|\()((?:file:\/\/)?[^()]+):(\d+):(\d+)\)?$/;

/**
 * Where this method of this library was called from. Under source maps (`--enable-source-maps`) that is the line of the author's own
 * `.ts` file.
 */
export function callerLocation<Owner extends object>(owner: Owner, method: keyof Owner & string): SourceLocation {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, owner[method] as () => void);
  return new CallerLocation(holder);
}

/** Worked out when somebody asks: tasks build the graph again at each start, ask nothing, and need not read source maps for it. */
class CallerLocation implements SourceLocation {
  #location: SourceLocation | undefined;

  constructor(private readonly trace: { readonly stack?: string }) {}

  get file(): string {
    return this.found.file;
  }

  get line(): number {
    return this.found.line;
  }

  get column(): number {
    return this.found.column;
  }

  private get found(): SourceLocation {
    this.#location ??= stackLocations(this.trace.stack ?? '')[0] ?? { file: 'unknown', line: 0, column: 0 };
    return this.#location;
  }
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
