import type { Connectors, ConnectorContext } from '../api/connector';
import { unreachable } from '../base/errors';
import { joinPath } from '../base/files';
import { FileSinkCommitter, FileSinkWriter } from './fileSink';
import { GeneratorFormat } from './generatorSource';
import { NdjsonFormat } from './ndjsonSource';
import { ParquetFormat, type ParquetDecoder } from './parquetSource';
import { printSink } from './printSink';
import { SplitReader } from './splitReader';

/** The sources and sinks that come with the product. */
export function builtInConnectors(parquet: ParquetDecoder): Connectors {
  return {
    reader: (spec, context) => {
      switch (spec.connector) {
        case 'parquet':
          return new SplitReader(
            new ParquetFormat(spec, resolvePath(spec.path, context), parquet),
            context,
            spec.rowsPerSecond,
          );
        case 'ndjson':
          return new SplitReader(
            new NdjsonFormat(spec, resolvePath(spec.path, context), context),
            context,
            spec.rowsPerSecond,
          );
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
            committer: new FileSinkCommitter(directory, context),
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

/** Relative to the directory of the job file; absolute paths of either platform stay. */
function resolvePath(path: string, context: ConnectorContext): string {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path) ? path : joinPath(context.baseDirectory, path);
}
