/** A Flink cluster that answers what was recorded of a real one: over a `fetch`, or over a socket. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { id, type JobId } from '../../../runtime/base/ids';
import type { Fetch } from '../../../runtime/rest/client';

export type RecordedVersion = '1.20.5' | '2.2.1';

interface Recording {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly answer: unknown;
}

interface Details {
  /** Absent in answers that are no details. */
  readonly jid?: string;
  readonly name: string;
  readonly state: string;
  readonly duration: number;
  readonly 'start-time': number;
  readonly 'end-time': number;
  readonly 'status-counts': Readonly<Record<string, number>>;
}

interface Vertex {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
}

/** What is asked of a job that runs, and of the others beside it. */
const runningJob = [
  'get-config',
  'get-overview',
  'get-taskmanagers',
  'get-jobs-overview',
  'get-jobs-jobid',
  'get-vertex',
  'get-jobs-jobid-checkpoints-with-savepoint',
  'get-jobs-jobid-checkpoints-config',
  'get-jobs-jobid-exceptions-none',
  'get-checkpoints-details-completed',
  'get-checkpoints-details-subtasks-completed',
  'patch-jobs-jobid-cancel',
  'post-savepoints-canonical',
  'get-savepoint-trigger-completed-canonical',
  'post-checkpoints-configured',
  'get-checkpoints-trigger-configured',
  'post-savepoint-disposal',
  'get-savepoint-disposal-completed',
] as const;

export class RecordedFlink {
  readonly asked: string[] = [];
  /** Nobody answers while this is set. */
  away = false;
  /** The token that must be sent, if any. */
  token: string | undefined;
  readonly #all: Readonly<Record<string, Recording>>;
  #answers = new Map<string, Recording>();
  #server: Server | undefined;

  /** @param names of recordings; of two for one request the later one is answered. */
  constructor(version: RecordedVersion, names: readonly string[] = runningJob) {
    const root = process.env['JOB_STATE_ROOT'] ?? process.cwd();
    const file = join(root, 'test', 'fixtures', 'flink-rest', `${version}.json`);
    this.#all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Recording>;
    this.now(...names);
  }

  /** From now on these are answered, too, or in the place of others. */
  now(...names: readonly string[]): void {
    for (const name of names) {
      const recording = this.#all[name];
      if (recording === undefined) throw new Error(`There is no recording ${name}.`);
      this.#answers.set(keyOf(recording.method, recording.path), recording);
    }
  }

  /** The job that a recording is about. */
  jobOf(name: string): JobId {
    return id<JobId>((this.#all[name]?.answer as Details | undefined)?.jid ?? '');
  }

  readonly fetch: Fetch = (url, { method, headers, signal }) => {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    const { pathname } = new URL(url);
    this.asked.push(`${method} ${pathname}`);
    if (this.away) return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    const { status, answer } = this.#answer(method, pathname, headers['authorization']);
    return Promise.resolve({ status, text: () => Promise.resolve(JSON.stringify(answer)), body: null });
  };

  /** Listens on a port of this machine; resolves to its address. */
  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      this.asked.push(`${request.method} ${path}`);
      const { status, answer } = this.#answer(request.method ?? 'GET', path, request.headers.authorization);
      response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(answer));
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  #answer(method: string, path: string, authorization: string | undefined): Pick<Recording, 'status' | 'answer'> {
    if (this.token !== undefined && authorization !== `Bearer ${this.token}`) {
      return { status: 401, answer: 'no such page for you' };
    }
    if (path === '/jobs/overview') return { status: 200, answer: { jobs: this.#rows() } };
    const recorded = this.#answers.get(keyOf(method, path)) ?? this.#vertexLike(path) ?? this.#subtasksLike(path);
    return recorded ?? { status: 404, answer: { errors: [`Not found: ${path}`] } };
  }

  /** The recorded rows of the jobs that can be asked about; a job that no recording of the overview has gets a row of its details. */
  #rows(): readonly object[] {
    const { answer } = this.#answers.get(keyOf('GET', '/jobs/overview')) ?? { answer: { jobs: [] } };
    const rows = (answer as { jobs: { jid: string }[] }).jobs;
    const details = [...this.#answers.values()]
      .filter(({ path }) => /^\/jobs\/[0-9a-f]{32}$/.test(path))
      .map((recording) => recording.answer as Details);
    return details
      .filter(({ jid }) => jid !== undefined)
      .map((job) => rows.find(({ jid }) => jid === job.jid) ?? rowOf(job));
  }

  /** So with the subtasks of a checkpoint. */
  #subtasksLike(path: string): Recording | undefined {
    const recorded = this.#all['get-checkpoints-details-subtasks-completed'];
    const number = /\/details\/(\d+)\/subtasks\/[0-9a-f]{32}$/.exec(path)?.[1];
    return number !== undefined && recorded?.path.includes(`/details/${number}/`) === true ? recorded : undefined;
  }

  /** One vertex of each job was recorded; the others of its job are like it, with their own names. */
  #vertexLike(path: string): Recording | undefined {
    const [, job, vertexId] = /^\/jobs\/([0-9a-f]{32})\/vertices\/([0-9a-f]{32})$/.exec(path) ?? [];
    const recorded = this.#all['get-vertex'];
    const details = this.#answers.get(keyOf('GET', `/jobs/${job}`))?.answer as { vertices: Vertex[] } | undefined;
    const vertex = details?.vertices.find((candidate) => candidate.id === vertexId);
    if (recorded === undefined || vertex === undefined) return undefined;
    const like = recorded.answer as { subtasks: object[] };
    const subtasks = like.subtasks.slice(0, vertex.parallelism);
    const { name, parallelism } = vertex;
    return { ...recorded, answer: { ...like, id: vertexId, name, parallelism, subtasks } };
  }
}

function rowOf(job: Details): object {
  const { jid, name, state, duration, 'start-time': start, 'end-time': end, 'status-counts': counts } = job;
  const states = Object.entries(counts).map(([status, count]) => [status.toLowerCase(), count] as const);
  const total = states.reduce((sum, [, count]) => sum + count, 0);
  const tasks = { ...Object.fromEntries(states), total };
  return { jid, name, state, duration, 'start-time': start, 'end-time': end, 'last-modification': start, tasks };
}

function keyOf(method: string, path: string): string {
  return `${method} ${path.replace(/\?.*$/, '')}`;
}
