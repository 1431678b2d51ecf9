import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../runtime/cluster/eventually';
import { RestClient } from '../../runtime/rest/client';
import { flinkRoutes } from '../../runtime/rest/routes';
import { patienceMs } from '../bench/support/keyedCount';
import { id, type JobId, type TriggerId, type VertexId } from '../../runtime/base/ids';

/** What Flink's own configuration opens for Java 17. */
const opened = [
  'java.lang',
  'java.lang.reflect',
  'java.io',
  'java.net',
  'java.nio',
  'java.text',
  'java.time',
  'java.util',
  'java.util.concurrent',
  'java.util.concurrent.atomic',
  'java.util.concurrent.locks',
  'sun.nio.ch',
].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/** The moments of state changes are taken from the JobManager's log, to the millisecond. */
const logging = `
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = file
appender.file.name = file
appender.file.type = File
appender.file.fileName = \${sys:log.file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{UNIX_MILLIS} %-5p %c{1} - %m%n
`;

export interface FlinkOptions {
  /** A folder with `lib/`. */
  readonly home: string;
  /** For configuration, logs, checkpoints and savepoints; the caller's. */
  readonly folder: string;
  /** Each with one slot. */
  readonly taskManagers: number;
  /** Of each TaskManager, for the operators. */
  readonly heapMb: number;
  /** Flink's settings, over those that a cluster on one machine needs. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/** A session cluster of real Flink: a JobManager and TaskManagers, each a Java process. */
export class FlinkCluster {
  readonly client: RestClient;
  readonly #taskManagers = new Map<string, ChildProcess>();
  readonly #all = new Set<ChildProcess>();
  #started = 0;

  private constructor(
    private readonly options: FlinkOptions,
    readonly url: string,
  ) {
    this.client = new RestClient({ url, fetch });
  }

  /** Resolves when every TaskManager has offered its slot. */
  static async start(options: FlinkOptions): Promise<FlinkCluster> {
    const [restPort, rpcPort] = [await freePort(), await freePort()];
    const cluster = new FlinkCluster(options, `http://localhost:${restPort}`);
    try {
      await cluster.#configure(restPort, rpcPort);
      cluster.#launch('jobmanager', 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint', 1024, []);
      for (let n = 0; n < options.taskManagers; n++) cluster.addTaskManager();
      await cluster.slots(options.taskManagers);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Starts one more, with an id of its own. */
  addTaskManager(): void {
    const name = `tm-${++this.#started}`;
    const { heapMb } = this.options;
    const sizes: Record<string, string> = {
      'taskmanager.resource-id': name,
      'taskmanager.cpu.cores': '1',
      'taskmanager.memory.framework.heap.size': '128m',
      'taskmanager.memory.framework.off-heap.size': '128m',
      'taskmanager.memory.task.heap.size': `${heapMb}m`,
      'taskmanager.memory.task.off-heap.size': '0b',
      'taskmanager.memory.network.min': '128m',
      'taskmanager.memory.network.max': '128m',
      'taskmanager.memory.managed.size': '64m',
      'taskmanager.memory.jvm-metaspace.size': '256m',
      'taskmanager.memory.jvm-overhead.min': '192m',
      'taskmanager.memory.jvm-overhead.max': '192m',
    };
    const args = Object.entries(sizes).flatMap(([key, value]) => ['-D', `${key}=${value}`]);
    const main = 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner';
    this.#taskManagers.set(name, this.#launch(name, main, heapMb + 128, args));
  }

  /** Resolves when so many slots are there. */
  async slots(count: number): Promise<void> {
    await eventually(AbortSignal.timeout(patienceMs), async () => {
      const dead = [...this.#all].find(({ exitCode }) => exitCode !== null);
      if (dead !== undefined) throw new Error(`A process of Flink ended; its log is in ${this.#path('log')}.`);
      const overview = await this.client.call(flinkRoutes.overview, {}).catch(() => undefined);
      return (overview?.['slots-total'] ?? 0) >= count ? true : undefined;
    });
  }

  /**
   * Uploads the jar and starts its main class, from a snapshot where one is given; resolves when all tasks are RUNNING. State of operators
   * that the job does not have is left out.
   */
  async run(jar: string, args: readonly string[], parallelism: number, snapshot?: string): Promise<JobId> {
    const form = new FormData();
    form.append('jarfile', new Blob([await readFile(jar)]), basename(jar));
    const upload = (await (await fetch(`${this.url}/jars/upload`, { method: 'POST', body: form })).json()) as {
      filename: string;
    };
    const body = {
      parallelism,
      programArgsList: args,
      ...(snapshot === undefined ? {} : { savepointPath: snapshot, allowNonRestoredState: true }),
    };
    const answer = await fetch(`${this.url}/jars/${basename(upload.filename)}/run`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`Flink did not take the job: ${(await answer.text()).slice(0, 2_000)}`);
    const { jobid } = (await answer.json()) as { jobid: JobId };
    await this.running(jobid);
    return jobid;
  }

  /** Resolves when all tasks of a job are RUNNING; rejects when it has failed. */
  async running(job: JobId): Promise<void> {
    await eventually(AbortSignal.timeout(patienceMs), async () => {
      const { state, vertices } = await this.client.call(flinkRoutes.job, { path: { jobid: job } });
      if (state === 'FAILED') throw new Error(await this.#failureOf(job));
      return vertices.every(({ tasks, parallelism }) => tasks['RUNNING'] === parallelism) ? true : undefined;
    });
  }

  /** Resolves when an operator's task has received so many records since it was started. */
  async received(job: JobId, operator: string, records: number): Promise<void> {
    await eventually(AbortSignal.timeout(patienceMs), async () => {
      const { vertices } = await this.client.call(flinkRoutes.job, { path: { jobid: job } });
      const vertex = vertices.find(({ name }) => name.includes(operator));
      return (vertex?.metrics['read-records'] ?? 0) >= records ? true : undefined;
    });
  }

  /** Resolves to the directory of a savepoint in canonical format. */
  async savepoint(job: JobId): Promise<string> {
    const body = { formatType: 'CANONICAL' } as const;
    const trigger = await this.client.call(flinkRoutes.triggerSavepoint, { path: { jobid: job }, body });
    const path = { jobid: job, triggerid: id<TriggerId>(trigger['request-id']) };
    return eventually(AbortSignal.timeout(patienceMs), async () => {
      const { status, operation } = await this.client.call(flinkRoutes.savepointOperation, { path });
      if (status.id !== 'COMPLETED') return undefined;
      if (operation?.location === undefined) throw new Error(`No savepoint: ${JSON.stringify(operation)}`);
      return fileURLToPath(operation.location);
    });
  }

  /** Resolves to the directory of a checkpoint; it is gone when the job ends. */
  async checkpoint(job: JobId): Promise<string> {
    const before = await this.completedCheckpoints(job);
    await this.client.call(flinkRoutes.triggerCheckpoint, { path: { jobid: job }, body: {} });
    return eventually(AbortSignal.timeout(patienceMs), async () => {
      const { counts, latest } = await this.client.call(flinkRoutes.checkpoints, { path: { jobid: job } });
      const path = latest.completed?.external_path;
      return counts.completed > before && typeof path === 'string' ? fileURLToPath(path) : undefined;
    });
  }

  async completedCheckpoints(job: JobId): Promise<number> {
    return (await this.client.call(flinkRoutes.checkpoints, { path: { jobid: job } })).counts.completed;
  }

  /** `kill -9` of the TaskManager in which this subtask of an operator runs; resolves to the epoch ms just before. */
  async killTaskManagerOf(job: JobId, operator: string, subtask: number): Promise<number> {
    const { vertices } = await this.client.call(flinkRoutes.job, { path: { jobid: job } });
    const vertex = vertices.find(({ name }) => name.includes(operator));
    if (vertex === undefined) throw new Error(`There is no ${operator}.`);
    const details = await this.client.call(flinkRoutes.vertex, {
      path: { jobid: job, vertexid: id<VertexId>(vertex.id) },
    });
    const name = details.subtasks[subtask]?.['taskmanager-id'] ?? '';
    const process = this.#taskManagers.get(name);
    if (process === undefined) throw new Error(`There is no TaskManager ${name}.`);
    this.#taskManagers.delete(name);
    this.#all.delete(process);
    const killedMs = Date.now();
    process.kill('SIGKILL');
    return killedMs;
  }

  /** Everything that the JobManager has logged. */
  log(): Promise<string> {
    return readFile(this.#path('log', 'jobmanager.log'), 'utf8');
  }

  /** Ends every process at once; what Flink wrote stays. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#all].map((child) => {
        if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
        return new Promise<void>((ended) => {
          child.once('exit', () => ended());
          child.kill('SIGKILL');
        });
      }),
    );
  }

  #path(...names: string[]): string {
    return join(this.options.folder, ...names);
  }

  async #configure(restPort: number, rpcPort: number): Promise<void> {
    for (const name of ['conf', 'log', 'tmp', 'checkpoints', 'savepoints']) {
      await mkdir(this.#path(name), { recursive: true });
    }
    const settings = {
      'jobmanager.rpc.address': 'localhost',
      'jobmanager.rpc.port': rpcPort,
      'jobmanager.bind-host': 'localhost',
      'jobmanager.memory.process.size': '1600m',
      'rest.address': 'localhost',
      'rest.bind-address': 'localhost',
      'rest.port': restPort,
      'taskmanager.host': 'localhost',
      'taskmanager.bind-host': 'localhost',
      'taskmanager.numberOfTaskSlots': 1,
      'io.tmp.dirs': this.#path('tmp'),
      'web.upload.dir': this.#path('tmp'),
      'web.refresh-interval': 100,
      'state.backend.type': 'hashmap',
      'execution.checkpointing.storage': 'filesystem',
      'execution.checkpointing.dir': `file://${this.#path('checkpoints')}`,
      'execution.checkpointing.savepoint-dir': `file://${this.#path('savepoints')}`,
      ...this.options.settings,
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
    await writeFile(this.#path('conf', 'config.yaml'), lines.join(''));
    await writeFile(this.#path('conf', 'log4j.properties'), logging);
  }

  #launch(name: string, main: string, heapMb: number, args: readonly string[]): ChildProcess {
    const output = openSync(this.#path('log', `${name}.out`), 'a');
    const child = spawn(
      'java',
      [
        `-Xmx${heapMb}m`,
        `-Xms${heapMb}m`,
        '-XX:MaxMetaspaceSize=256m',
        ...opened,
        '--add-exports=java.base/sun.net.util=ALL-UNNAMED',
        `-Dlog.file=${this.#path('log', `${name}.log`)}`,
        `-Dlog4j2.configurationFile=file://${this.#path('conf', 'log4j.properties')}`,
        '-cp',
        join(this.options.home, 'lib', '*'),
        main,
        '--configDir',
        this.#path('conf'),
        ...args,
      ],
      { cwd: this.options.folder, stdio: ['ignore', output, output] },
    );
    closeSync(output);
    this.#all.add(child);
    return child;
  }

  async #failureOf(job: JobId): Promise<string> {
    const { exceptionHistory } = await this.client.call(flinkRoutes.jobExceptions, { path: { jobid: job } });
    return `Flink's job failed: ${exceptionHistory.entries[0]?.stacktrace ?? 'without a reason'}`;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, 'localhost', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
