import { Worker } from 'node:worker_threads';
import { errorFromData, externalError } from '../base/errors';
import type { ParquetDecoder } from '../connectors/parquetSource';
import type { ParquetReply, ParquetRequest } from './parquetWorker';

type Question = ParquetRequest extends infer R ? (R extends unknown ? Omit<R, 'request'> : never) : never;

interface Waiting {
  readonly resolve: (reply: ParquetReply) => void;
  readonly reject: (error: Error) => void;
}

/** Decodes on one worker thread, started at the first question; it keeps the process alive only while it works. */
export function workerParquetDecoder(workerFile: URL): ParquetDecoder {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let asked = 0;

  const start = (): Worker => {
    const started = new Worker(workerFile);
    started.on('message', (reply: ParquetReply) => {
      const one = waiting.get(reply.request);
      waiting.delete(reply.request);
      if (waiting.size === 0) started.unref();
      one?.resolve(reply);
    });
    started.on('error', (error) => {
      worker = undefined;
      const failure = externalError(
        'source.decoder-ended',
        `The Parquet decoder ended: ${error.message}`,
        'The job restarts by itself.',
        {
          cause: error,
        },
      );
      for (const one of waiting.values()) one.reject(failure);
      waiting.clear();
    });
    return started;
  };

  const ask = (question: Question): Promise<ParquetReply> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const request = ++asked;
      waiting.set(request, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...question, request });
    });

  return {
    info: async (path) => {
      const reply = await ask({ ask: 'info', path });
      if (reply.t === 'info') return reply.info;
      throw unexpected(reply);
    },
    rowGroup: async (path, index, columns) => {
      const reply = await ask({ ask: 'rowGroup', path, index, columns });
      if (reply.t === 'columns') return reply.columns;
      throw unexpected(reply);
    },
  };
}

function unexpected(reply: ParquetReply): Error {
  return reply.t === 'failed'
    ? errorFromData(reply.error)
    : externalError('source.decoder-ended', 'The Parquet decoder gave the wrong answer.', '');
}
