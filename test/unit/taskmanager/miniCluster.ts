import type { Connectors } from '../../../runtime/api/connector';
import type { JobStreamGraph } from '../../../runtime/api/operatorSpec';
import {
  id,
  attemptKey,
  type AttemptRef,
  type CheckpointId,
  type OperatorId,
  type TaskManagerId,
} from '../../../runtime/base/ids';
import type { Stepping } from '../../../runtime/base/stepping';
import { generateJobGraph } from '../../../runtime/graph/jobGraphGenerator';
import type { SubtaskState } from '../../../runtime/formats/handles';
import { TaskManager } from '../../../runtime/taskmanager/taskManager';
import { jobManagerEnd, type ControlConnection, type FromChild } from '../../../runtime/wire/control';
import type {
  FromTaskManager,
  SnapshotTarget,
  SnapshotType,
  StateQuery,
  TaskConfig,
  TaskDeployment,
  TaskMetrics,
  TaskRestore,
  ToTaskManager,
} from '../../../runtime/wire/messages';
import { SimFileSystem } from '../../simulation/disk';
import { SimSwitchboard } from '../../simulation/net';
import { SimProcess, type Machine } from '../../simulation/process';
import { Schedule } from '../../simulation/schedule';
import { deploymentsOf, testJob } from '../../support/deployments';
import { TestConnectors } from './testConnectors';

const lateMs = 10_000_000;

interface Worker {
  readonly name: TaskManagerId;
  readonly process: SimProcess;
  readonly control: ControlConnection<ToTaskManager, FromChild>;
  readonly address: string;
}

export interface Snapshot {
  readonly checkpoint: CheckpointId;
  readonly directory: string;
  readonly savepoint: boolean;
  /** By vertex and subtask, then by operator. */
  readonly states: ReadonlyMap<string, Readonly<Record<OperatorId, SubtaskState>>>;
}

/** Real TaskManagers on a simulated machine, and just enough of a JobManager to deploy to them and collect what they say. */
export class MiniCluster {
  readonly schedule = new Schedule();
  readonly fs = new SimFileSystem();
  readonly connectors = new TestConnectors();
  readonly messages: FromTaskManager[] = [];
  readonly log: string[] = [];
  /** TaskManagers that have ended in order. */
  readonly ended: string[] = [];
  private readonly jobManager: SimProcess;
  private readonly machine: Machine;
  private readonly workers: Worker[] = [];
  /** Of the newest attempt of the job. */
  tasks: readonly TaskDeployment[] = [];
  private make: (() => JobStreamGraph) | undefined;
  private attempt = -1;
  private checkpoint = 0;

  /** @param used in the place of `connectors` */
  constructor(
    readonly seed = 1,
    private readonly used?: Connectors,
  ) {
    this.machine = {
      schedule: this.schedule,
      fs: this.fs,
      board: new SimSwitchboard(),
      trace: (line) => void this.log.push(line),
      spawn: () => {
        throw new Error('No children here.');
      },
    };
    this.jobManager = new SimProcess('jm', 1, this.machine, seed);
  }

  /** Starts TaskManagers with two slots each and waits for their hello. */
  async start(count: number): Promise<void> {
    for (let n = 1; n <= count; n++) await this.startWorker(id<TaskManagerId>(`tm-${n}`), 10 + n);
  }

  private async startWorker(name: TaskManagerId, pid: number): Promise<void> {
    let control: Worker['control'] | undefined;
    let address: string | undefined;
    let listening: string | undefined;
    const listener = this.jobManager.env.net.listen(name, (connection) => {
      control = jobManagerEnd(connection, {
        onMessage: (message) => {
          if (message.m === 'hello') address = message.dataAddress;
          // Only TaskManagers are connected here.
          else this.messages.push(message as FromTaskManager);
        },
        onClose: () => undefined,
      });
    });
    listener.then(({ address: at }) => (listening = at)).catch(() => undefined);
    await this.until(() => listening !== undefined);
    const process = new SimProcess(name, pid, this.machine, this.seed * 1000 + pid);
    const taskManager = new TaskManager(process.env, {
      id: name,
      pid,
      slots: 2,
      directory: `/tm/${name}`,
      jobManager: listening ?? '',
      connectors: this.used ?? this.connectors,
      loadJob: () => Promise.resolve(this.loaded()),
    });
    taskManager.run().then(
      () => this.ended.push(name),
      (error: unknown) => this.log.push(`${name} ended: ${String(error)}`),
    );
    await this.until(() => address !== undefined && control !== undefined);
    if (control === undefined || address === undefined) throw new Error('No hello.');
    const allocations = this.tasks.map(({ allocation }) => allocation);
    control.send({ m: 'welcome', heartbeatMs: 1000, allocations });
    this.workers.push({ name, process, control, address });
  }

  private loaded(): JobStreamGraph {
    if (this.make === undefined) throw new Error('No job.');
    return this.make();
  }

  /** Deploys every task, subtask n on TaskManager n modulo their number. `make` gives fresh functions for each task. */
  deploy(
    make: () => JobStreamGraph,
    options: { restore?: Snapshot; stepping?: Stepping; config?: Partial<TaskConfig> } = {},
  ): void {
    this.make = make;
    const streamGraph = make();
    const graph = generateJobGraph(streamGraph, streamGraph.config);
    this.attempt += 1;
    const { restore, stepping, config } = options;
    this.tasks = deploymentsOf(graph, {
      attempt: this.attempt,
      workerOf: (ref) => this.workerOf(ref),
      restoreOf: (ref) => (restore === undefined ? undefined : this.restoreOf(ref, restore)),
      stepping,
      config,
    });
    for (const task of this.tasks) this.send(task.ref, { m: 'deploy', task });
  }

  private workerOf(ref: AttemptRef): Worker {
    const worker = this.workers[ref.subtask % this.workers.length];
    if (worker === undefined) throw new Error('No TaskManager.');
    return worker;
  }

  /** Closes the control connections. */
  disconnect(): void {
    for (const worker of this.workers) worker.control.close();
  }

  send(ref: AttemptRef, message: ToTaskManager): void {
    this.workerOf(ref).control.send(message);
  }

  broadcast(message: ToTaskManager): void {
    for (const worker of this.workers) worker.control.send(message);
  }

  private restoreOf(ref: AttemptRef, snapshot: Snapshot): TaskRestore {
    const { checkpoint, savepoint, directory, states } = snapshot;
    return { checkpoint, savepoint, directory, states: states.get(`${ref.vertex}_${ref.subtask}`) ?? {} };
  }

  /** Triggers a snapshot at the sources; returns its target. */
  trigger(type?: SnapshotType): SnapshotTarget {
    const target = this.targetOf(type);
    for (const { ref, vertex } of this.tasks) {
      if (vertex.operators[0]?.kind === 'source') this.send(ref, { m: 'triggerCheckpoint', ref, target });
    }
    return target;
  }

  /** A new snapshot that nobody knows of yet; its directory is there. */
  targetOf(type: SnapshotType = { t: 'checkpoint' }): SnapshotTarget {
    const checkpoint = id<CheckpointId>(++this.checkpoint);
    const directory = `/checkpoints/${type.t}-${checkpoint}`;
    this.fs.addDirectory(directory);
    return { checkpoint, type, directory, timestampMs: this.jobManager.env.clock.wallMs() };
  }

  /** Waits for all acknowledgements. */
  async acknowledged(target: SnapshotTarget): Promise<Snapshot> {
    await this.until(() => this.acknowledgements(target).length === this.tasks.length);
    const states = this.acknowledgements(target).map(
      ({ ref, state }) => [`${ref.vertex}_${ref.subtask}`, state.states] as const,
    );
    const { checkpoint, directory, type } = target;
    return { checkpoint, directory, savepoint: type.t === 'savepoint', states: new Map(states) };
  }

  acknowledgements({ checkpoint }: SnapshotTarget): Extract<FromTaskManager, { m: 'acknowledge' }>[] {
    return this.of('acknowledge').filter((message) => message.checkpoint === checkpoint);
  }

  complete({ checkpoint, type }: SnapshotTarget): void {
    this.broadcast({ m: 'checkpointComplete', job: testJob, checkpoint, savepoint: type.t === 'savepoint' });
  }

  abort({ checkpoint }: SnapshotTarget): void {
    this.broadcast({ m: 'checkpointAborted', job: testJob, checkpoint });
  }

  /** A checkpoint from its trigger to its completion. */
  async takeCheckpoint(type?: SnapshotType): Promise<Snapshot> {
    const target = this.trigger(type);
    const snapshot = await this.acknowledged(target);
    this.complete(target);
    return snapshot;
  }

  of<M extends FromTaskManager['m']>(kind: M): Extract<FromTaskManager, { m: M }>[] {
    return this.messages.filter((message): message is Extract<FromTaskManager, { m: M }> => message.m === kind);
  }

  /** States reported by the tasks of this attempt of the job, in order. */
  statesOf(ref: AttemptRef): string[] {
    return this.of('taskState')
      .filter((message) => attemptKey(message.ref) === attemptKey(ref))
      .map((message) => message.state);
  }

  async allIn(state: string): Promise<void> {
    await this.until(() => this.tasks.every(({ ref }) => this.statesOf(ref).at(-1) === state));
  }

  /** All readers exhausted → end of input → data finished → final checkpoint → finish: the JobManager's part. */
  async runToEnd(): Promise<void> {
    const sources = this.tasks.filter(({ vertex }) => vertex.operators[0]?.kind === 'source');
    const now = (kind: 'inputExhausted' | 'dataFinished'): number =>
      this.of(kind).filter(({ ref }) => ref.attempt === this.attempt).length;
    await this.until(() => now('inputExhausted') === sources.length);
    for (const { ref } of sources) this.send(ref, { m: 'endInput', ref });
    await this.until(() => now('dataFinished') === this.tasks.length);
    await this.takeCheckpoint();
    for (const { ref } of this.tasks) this.send(ref, { m: 'finish', ref });
    await this.allIn('FINISHED');
  }

  async cancelAll(): Promise<void> {
    for (const { ref } of this.tasks) this.send(ref, { m: 'cancel', ref });
    const over = ['CANCELED', 'FAILED'];
    await this.until(() => this.tasks.every(({ ref }) => over.includes(this.statesOf(ref).at(-1) ?? '')));
  }

  /** The operator whose name or uid this is. */
  operator(name: string): OperatorId {
    const operators = this.tasks.flatMap((task) => task.vertex.operators);
    const found = operators.find((each) => each.uid === name || each.name === name);
    if (found === undefined) throw new Error(`No operator ${name}: ${operators.map((each) => each.name).join(', ')}.`);
    return found.operatorId;
  }

  /** The task of the first subtask with this operator. */
  taskOf(name: string): TaskDeployment {
    const operator = this.operator(name);
    const found = this.tasks.find((task) => task.vertex.operators.some((each) => each.operatorId === operator));
    if (found === undefined) throw new Error(`No task of ${name}.`);
    return found;
  }

  /** The newest figures of the first subtask with this operator. */
  taskFigures(name: string): TaskMetrics | undefined {
    const key = attemptKey(this.taskOf(name).ref);
    return this.of('metrics')
      .flatMap(({ tasks }) => tasks)
      .findLast(({ ref }) => attemptKey(ref) === key);
  }

  async ask(query: StateQuery): Promise<Extract<FromTaskManager, { m: 'answer' }>['answer']> {
    const request = this.of('answer').length;
    this.send(query.ref, { m: 'query', request, query });
    await this.until(() => this.of('answer').length > request);
    const answer = this.of('answer').find((message) => message.request === request);
    if (answer === undefined) throw new Error('No answer.');
    return answer.answer;
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.schedule.nowMs + ms;
    this.schedule.at(ms, () => undefined);
    await this.until(() => this.schedule.nowMs >= end);
  }

  /** Lets virtual time pass until the condition holds; fails when nothing more happens. */
  async until(condition: () => boolean): Promise<void> {
    const end = await this.schedule.run(condition, Math.min(lateMs, this.schedule.nowMs + 60_000), () => undefined);
    if (end === 'done') return;
    const states = this.tasks.map(
      ({ ref, vertex }) => `${vertex.name} ${ref.subtask}: ${this.statesOf(ref).join(' ')}`,
    );
    const errors = this.of('taskState').flatMap(({ error }) =>
      error === undefined ? [] : [error.stack ?? error.message],
    );
    throw new Error([`It did not come (${end}).`, ...states, ...errors, ...this.log.slice(-20)].join('\n'));
  }
}
