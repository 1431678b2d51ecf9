import { parentPort } from 'node:worker_threads';
import { errorData } from '../base/errors';
import { lineLogger } from '../host/logger';
import { NodeDisk } from '../host/nodeDisk';
import { inspector } from './inspector';
import type { WorkerAnswer, WorkerQuestion } from './inspectInWorker';

/** Entry of the worker thread that reads snapshots, so that the extension host does not. */
const port = parentPort;
if (port === null) throw new Error('This is a worker thread; it is started by inspectInWorker.');

const answers = inspector(
  new NodeDisk(),
  lineLogger('inspect', 'warn', (line) => process.stderr.write(line)),
);

port.on('message', ({ request, name, question }: WorkerQuestion) => {
  // The types of name and question belong together; whoever sent them was typed so.
  const ask = answers[name] as (question: unknown) => Promise<unknown>;
  ask(question).then(
    (answer) => port.postMessage({ request, answer } satisfies WorkerAnswer),
    (error: unknown) => port.postMessage({ request, error: errorData(error) } satisfies WorkerAnswer),
  );
});
