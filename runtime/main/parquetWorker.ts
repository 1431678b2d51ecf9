/** Entry of the worker thread that decodes Parquet, so that no row group (some 100 ms) stops a task. One request at a time. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, type AsyncBuffer, type FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parentPort } from 'node:worker_threads';
import { errorData, userError, type ErrorData } from '../base/errors';
import type { ParquetColumn, ParquetInfo } from '../connectors/parquetSource';
import { compactColumn, movable } from './parquetColumns';

export type ParquetRequest = { readonly request: number; readonly path: string } & (
  { readonly ask: 'info' } | { readonly ask: 'rowGroup'; readonly index: number; readonly columns: readonly string[] }
);

export type ParquetReply = { readonly request: number } & (
  | { readonly t: 'info'; readonly info: ParquetInfo }
  | { readonly t: 'columns'; readonly columns: readonly ParquetColumn[] }
  | { readonly t: 'failed'; readonly error: ErrorData }
);

interface OpenFile {
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
}

const files = new Map<string, Promise<OpenFile>>();

async function open(path: string): Promise<OpenFile> {
  try {
    const buffer = await asyncBufferFromFile(path);
    return { buffer, metadata: await parquetMetadataAsync(buffer) };
  } catch (error) {
    files.delete(path);
    const text = error instanceof Error ? error.message : String(error);
    throw userError(
      'source.not-parquet',
      `${path} cannot be read as Parquet: ${text}`,
      'Check the path and the file.',
      {
        subject: { file: path },
        cause: error,
      },
    );
  }
}

function opened(path: string): Promise<OpenFile> {
  const known = files.get(path) ?? open(path);
  files.set(path, known);
  return known;
}

async function info(path: string): Promise<ParquetInfo> {
  const { metadata } = await opened(path);
  return {
    columns: metadata.schema.slice(1).map((element) => element.name),
    rowGroups: metadata.row_groups.map((group) => ({ rows: Number(group.num_rows) })),
  };
}

async function readRowGroup(path: string, index: number, names: readonly string[]): Promise<ParquetColumn[]> {
  const { buffer, metadata } = await opened(path);
  const before = metadata.row_groups.slice(0, index).reduce((sum, group) => sum + Number(group.num_rows), 0);
  const rows = Number(metadata.row_groups[index]?.num_rows ?? 0);
  const columns: ParquetColumn[] = [];
  for (const name of names) {
    const values: unknown[] = [];
    await parquetRead({
      file: buffer,
      metadata,
      compressors,
      columns: [name],
      rowStart: before,
      rowEnd: before + rows,
      onChunk: (chunk) => {
        // A chunk is a whole row group or page; only the rows of this group are asked for, but a chunk may begin before them.
        for (let at = Math.max(0, before - chunk.rowStart); at < chunk.columnData.length; at++)
          values.push(chunk.columnData[at]);
      },
    });
    columns.push(compactColumn(path, name, values.length > rows ? values.slice(0, rows) : values));
  }
  return columns;
}

async function answer(asked: ParquetRequest): Promise<ParquetReply> {
  try {
    if (asked.ask === 'info') return { request: asked.request, t: 'info', info: await info(asked.path) };
    return {
      request: asked.request,
      t: 'columns',
      columns: await readRowGroup(asked.path, asked.index, asked.columns),
    };
  } catch (error) {
    return { request: asked.request, t: 'failed', error: errorData(error) };
  }
}

let queue: Promise<void> = Promise.resolve();
parentPort?.on('message', (asked: ParquetRequest) => {
  queue = queue.then(async () => {
    const reply = await answer(asked);
    parentPort?.postMessage(reply, reply.t === 'columns' ? movable(reply.columns) : []);
  });
});
