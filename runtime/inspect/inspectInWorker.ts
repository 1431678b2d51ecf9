import { Worker } from 'node:worker_threads';
import { errorFromData, externalError, type ErrorData } from '../base/errors';
import type { Inspector } from './inspector';

export interface WorkerQuestion {
  readonly request: number;
  readonly name: keyof Inspector;
  readonly question: unknown;
}

export type WorkerAnswer = { readonly request: number } & (
  { readonly answer: unknown } | { readonly error: ErrorData }
);

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerInspector extends Inspector {
  /** Ends the thread. */
  end(): Promise<void>;
}

/**
 * An inspector in a worker thread of its own, started with the first question. `file` is the bundled worker.ts. Rejects with what the
 * question says, or `inspect.worker-ended` when the thread ends before; the next question starts another one.
 */
export function inspectInWorker(file: string | URL): WorkerInspector {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let requests = 0;

  const ended = (started: Worker, why: string): void => {
    if (worker === started) worker = undefined;
    const error = externalError('inspect.worker-ended', `Reading the snapshot ended early: ${why}.`, 'Try again.');
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(file);
    started.on('message', (answer: WorkerAnswer) => {
      const asked = waiting.get(answer.request);
      waiting.delete(answer.request);
      if ('error' in answer) asked?.reject(errorFromData(answer.error));
      else asked?.resolve(answer.answer);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', (error) => ended(started, error instanceof Error ? error.message : String(error)));
    started.on('exit', (code) => ended(started, `exit code ${code}`));
    return started;
  };
  const ask = <T>(name: keyof Inspector, question: unknown): Promise<T> => {
    worker ??= start();
    worker.ref();
    requests += 1;
    const request = requests;
    const asked = worker;
    return new Promise<T>((resolve, reject) => {
      waiting.set(request, { resolve: resolve as (answer: unknown) => void, reject });
      asked.postMessage({ request, name, question } satisfies WorkerQuestion);
    });
  };
  return {
    show: (question) => ask('show', question),
    states: (question) => ask('states', question),
    entries: (question) => ask('entries', question),
    lookUp: (question) => ask('lookUp', question),
    dispose: (question) => ask('dispose', question),
    end: async () => {
      await worker?.terminate();
    },
  };
}
