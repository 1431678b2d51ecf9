import type { ConnectorContext, SplitState } from '../api/connector';
import { joinPath } from '../base/files';
import { InputFile, inputFiles } from './inputFile';
import { RecordCursor, type RecordParser } from './recordCursor';
import type { SplitCursor, SplitFormat } from './splitReader';

const prefix = 'file-';

export interface FileParser {
  readonly parser: RecordParser;
  /** Where the first record of the file begins. */
  readonly start: number;
}

export interface WholeFiles {
  readonly path: string;
  readonly onError: 'fail' | 'skip';
  readonly parserOf: (input: InputFile) => Promise<FileParser>;
}

/**
 * Files that cannot be cut, because only reading from the beginning tells where a record begins: a file is a split, its position a byte
 * offset, 0 the start of the file.
 */
export class WholeFilesFormat implements SplitFormat {
  constructor(
    private readonly files: WholeFiles,
    private readonly context: ConnectorContext,
  ) {}

  async splits(): Promise<readonly SplitState[]> {
    const names = await inputFiles(this.context.disk, this.files.path);
    return names.map((name) => ({ split: `${prefix}${name}`, position: 0 }));
  }

  async open(split: SplitState): Promise<SplitCursor> {
    const { path, onError, parserOf } = this.files;
    const input = await InputFile.open(this.context.disk, joinPath(path, split.split.slice(prefix.length)));
    try {
      const position = Number(split.position);
      input.checkPosition(position);
      const { parser, start } = await parserOf(input);
      const range = { start: Math.max(start, position), end: Infinity };
      return new RecordCursor(input, parser, range, onError, this.context, () => input.close());
    } catch (error) {
      await input.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
