import type { Connectors, ConnectorContext } from '../api/connector';
import type { CsvSourceSpec } from '../api/csvSource';
import type { JsonArraySourceSpec } from '../api/sources';
import { unreachable } from '../base/errors';
import { joinPath } from '../base/files';
import { csvOf } from './csvSource';
import { FileSinkWriter } from './fileSink';
import { FileSinkCommitter } from './fileSinkCommitter';
import { GeneratorFormat } from './generatorSource';
import { jsonArray } from './jsonArraySource';
import { NdjsonFormat } from './ndjsonSource';
import { ParquetFormat, type ParquetDecoder } from './parquetSource';
import { printSink } from './printSink';
import { SocketReader } from './socketSource';
import { SplitReader } from './splitReader';
import { WholeFilesFormat, type FileParser } from './wholeFiles';
import type { InputFile } from './inputFile';

/** The sources and sinks that come with the product. */
export function builtInConnectors(parquet: ParquetDecoder): Connectors {
  return {
    reader: (spec, context) => {
      switch (spec.connector) {
        case 'parquet':
          return new SplitReader(
            new ParquetFormat(spec, resolvePath(spec.path, context), parquet, context),
            context,
            spec.rowsPerSecond,
          );
        case 'ndjson':
          return new SplitReader(
            new NdjsonFormat(spec, resolvePath(spec.path, context), context),
            context,
            spec.rowsPerSecond,
          );
        case 'csv':
          return wholeFiles(spec, context, (input) => csvOf(spec, input));
        case 'json-array':
          return wholeFiles(spec, context, () => Promise.resolve({ parser: jsonArray, start: 0 }));
        case 'socket':
          return new SocketReader(spec, context);
        case 'generator':
          return new SplitReader(new GeneratorFormat(spec), context, spec.rowsPerSecond);
        default:
          return unreachable(spec);
      }
    },
    sink: (spec, context) => {
      switch (spec.connector) {
        case 'file': {
          const directory = resolvePath(spec.path, context);
          return {
            writer: new FileSinkWriter(spec, directory, context),
            committer: new FileSinkCommitter(spec, directory, context),
          };
        }
        case 'print':
          return printSink(spec, context);
        default:
          return unreachable(spec);
      }
    },
  };
}

function wholeFiles(
  spec: CsvSourceSpec | JsonArraySourceSpec,
  context: ConnectorContext,
  parserOf: (input: InputFile) => Promise<FileParser>,
): SplitReader {
  const path = resolvePath(spec.path, context);
  const format = new WholeFilesFormat({ path, onError: spec.onError, parserOf }, context);
  return new SplitReader(format, context, spec.rowsPerSecond);
}

/** Relative to the directory of the job file; absolute paths of either platform stay. */
function resolvePath(path: string, context: ConnectorContext): string {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path) ? path : joinPath(context.baseDirectory, path);
}
