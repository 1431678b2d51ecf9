import assert from 'node:assert/strict';
import type { RecoveryEvent } from '../../runtime/base/events';
import type { FaultId, JobId, TaskManagerId } from '../../runtime/base/ids';
import type { CheckpointRecord } from '../../runtime/checkpoint/checkpointRecords';
import type { JobVertex } from '../../runtime/graph/jobGraph';
import { sequentialModel, type CountingJob } from './countingJob';
import { countOperator } from './faultPlan';
import { Invariants } from './invariants';
import { World } from './world';

export const scenarioJob: CountingJob = {
  rows: 1_200,
  keys: 23,
  rowsPerSecond: 1_000,
  parallelism: 2,
  checkpointIntervalMs: 100,
};

/** A job that runs on two TaskManagers, one subtask index on each. */
export class Scenario {
  readonly world: World;
  id!: JobId;
  private invariants!: Invariants;

  constructor(
    seed: number,
    private readonly what: CountingJob = scenarioJob,
  ) {
    this.world = new World(seed, what);
  }

  async start(): Promise<this> {
    this.id = await this.world.submit();
    this.invariants = new Invariants(this.world, this.id);
    await this.until('all tasks run', () => this.recovered(0));
    return this;
  }

  until(what: string, done: () => boolean): Promise<void> {
    return this.world.until(what, done, 20_000, this.invariants.check);
  }

  completed(count: number): Promise<void> {
    return this.until(`${count} checkpoints`, () => this.world.completedCheckpoints(this.id) >= count);
  }

  /** A task of the count throws, at once or at a record. */
  throwIn(subtask: number, atRecord?: number): void {
    const when = atRecord === undefined ? ({ at: 'now' } as const) : ({ at: 'record', count: atRecord } as const);
    const { id } = this;
    this.world.jobManager.inject({
      k: 'throwInTask',
      job: id,
      operator: countOperator,
      subtask,
      message: 'on purpose',
      when,
    });
  }

  recovered(recovery: number): boolean {
    return this.world.record(this.id).recoveries.some((one) => one.recovery === recovery && one.status === 'done');
  }

  /** To the end of the job, and all invariants with it. */
  async finish(): Promise<void> {
    await this.until('the end of the job', () => this.world.status(this.id) === 'FINISHED');
    await this.invariants.atEnd([]);
    if (this.what.settings?.checkpointing?.mode !== 'at_least_once')
      assert.deepEqual(this.world.output(), this.expected());
  }

  /** What a plain loop gives. */
  expected(): string[] {
    return sequentialModel(this.what);
  }

  events(recovery: number): readonly RecoveryEvent[] {
    return this.world.record(this.id).recoveries.find((one) => one.recovery === recovery)?.events ?? [];
  }

  /** The snapshot that a recovery has chosen, and the reason. */
  chosen(recovery: number): { readonly id: number | undefined; readonly why: string } | undefined {
    for (const { step } of this.events(recovery))
      if (step.k === 'checkpointChosen') return { id: step.checkpoint?.id, why: step.why };
    return undefined;
  }

  /** `same` or `other` and the reason, by subtask of the count. */
  slots(recovery: number): { readonly same: boolean; readonly why: string }[] {
    return this.events(recovery)
      .filter(({ phase }) => phase === 'begin')
      .flatMap(({ step }) => (step.k === 'slotAssigned' && step.task.vertex === this.countVertex.id ? [step] : []))
      .sort((a, b) => a.task.subtask - b.task.subtask);
  }

  /** How one subtask of the count got its keyed state: the look-up, then each attempt with its verdict. */
  keyedRestore(recovery: number, subtask: number): string[] {
    return this.events(recovery).flatMap(({ scope, phase, step, verdict }) => {
      if (scope.at !== 'task' || scope.subtask !== subtask || scope.operator !== countOperator) return [];
      if (step.k === 'stateLookup' && step.state === 'keyed' && phase === 'begin') {
        return [`${step.alternatives.flatMap(({ parts }) => parts.map(({ from }) => from)).join(', ')}: ${step.why}`];
      }
      if (step.k !== 'attempt' || step.state !== 'keyed' || phase !== 'end') return [];
      const from = step.alternative.parts.map((part) => part.from).join(', ');
      return [`${from} ${step.index + 1}/${step.of} ${verdict?.v === 'failed' ? verdict.error.code : verdict?.v}`];
    });
  }

  /** From where operator state was restored, over all tasks. */
  operatorReads(recovery: number): string[] {
    return this.events(recovery).flatMap(({ phase, step }) =>
      phase === 'end' && step.k === 'attempt' && step.state === 'operator'
        ? [`${step.alternative.parts.map((part) => part.from).join(', ')} ${step.index + 1}/${step.of}`]
        : [],
    );
  }

  /** Files with keyed state of a checkpoint; they are removed with it, so ask before. */
  keyedFiles(record: CheckpointRecord | undefined): string[] {
    return (record?.vertices ?? []).flatMap(({ subtasks }) =>
      subtasks.flatMap((subtask) => {
        const handle = subtask?.states[countOperator]?.managedKeyed;
        const data = handle !== undefined && 'data' in handle ? handle.data : undefined;
        return data?.t === 'relative' ? [`${record?.path}/${data.path}`] : [];
      }),
    );
  }

  placeOf(subtask: number): TaskManagerId {
    const record = this.world.record(this.id).vertices.find(({ vertex }) => vertex.id === this.countVertex.id);
    const place = record?.subtasks[subtask]?.attempts.at(-1)?.taskManager;
    if (place === undefined) throw new Error(`subtask ${subtask} has no place`);
    return place;
  }

  private get countVertex(): JobVertex {
    const vertex = this.world
      .record(this.id)
      .graph.vertices.find(({ operators }) => operators.some(({ operatorId }) => operatorId === countOperator));
    if (vertex === undefined) throw new Error('there is no count');
    return vertex;
  }

  /** Damages the local copy that the recovery is about to read, while it is held. */
  async damageHeld(how: 'lose' | 'corrupt', subtask: number): Promise<void> {
    const { world, id } = this;
    world.jobManager.holdNextRecovery(id, true);
    this.throwIn(subtask);
    await this.until('a hold', () => world.record(id).holds.length > 0);
    const fault: FaultId = world.jobManager.inject({ k: 'localCopy', how, job: id, operator: countOperator, subtask });
    const state = (): string | undefined => world.jobManager.faults().find((one) => one.id === fault)?.state;
    await this.until('the damage', () => state() !== 'armed');
    assert.equal(state(), 'fired');
    world.jobManager.resume(id, undefined, 'go');
  }
}
