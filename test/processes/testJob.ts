import assert from 'node:assert/strict';
import type { RecoveryEvent, Step } from '../../runtime/base/events';
import type { JobId, OperatorId, TaskManagerId } from '../../runtime/base/ids';
import { id } from '../../runtime/base/ids';
import type { ResumeHow } from '../../runtime/base/stepping';
import { isEndOfJob, type JobStatus } from '../../runtime/base/status';
import type { CheckpointInfo, JobDetails, RecoveryDetails, Submission } from '../../runtime/cluster/model';
import type { TestRuntime } from './runtime';

/** One job of a test runtime: what the tests wait for and ask. */
export class TestJob {
  private constructor(
    readonly runtime: TestRuntime,
    readonly id: JobId,
  ) {}

  static async submit(runtime: TestRuntime, submission: Submission): Promise<TestJob> {
    const { job } = await runtime.cluster.run('submit', submission);
    return new TestJob(runtime, job);
  }

  details(): Promise<JobDetails> {
    return this.runtime.cluster.get('job', { job: this.id });
  }

  /** Resolves when `count` more checkpoints have completed, with the id of the last. */
  async checkpoints(count: number, from = 0): Promise<number> {
    let seen = 0;
    return this.runtime.events.first(
      `${count} checkpoints`,
      (event) => {
        if (event.e !== 'checkpoint' || event.job !== this.id || event.savepoint) return undefined;
        if (event.status !== 'COMPLETED') return undefined;
        return ++seen === count ? event.checkpoint : undefined;
      },
      from,
    );
  }

  /** The first recovery event that fits, from position `from` of the events on. */
  step<K extends Step['k']>(
    kind: K,
    phase: 'begin' | 'end',
    from = 0,
    fits: (event: RecoveryEvent & { readonly step: Extract<Step, { k: K }> }) => boolean = () => true,
  ): Promise<RecoveryEvent & { readonly step: Extract<Step, { k: K }> }> {
    type Found = RecoveryEvent & { readonly step: Extract<Step, { k: K }> };
    return this.runtime.events.first(
      `${phase} of ${kind}`,
      (event) => {
        if (event.e !== 'recovery' || event.job !== this.id) return undefined;
        const found = event.event as Found;
        return found.step.k === kind && found.phase === phase && fits(found) ? found : undefined;
      },
      from,
    );
  }

  /** The next step that is held. */
  held(from: number): Promise<RecoveryEvent> {
    return this.runtime.events.first(
      'a held step',
      (event) =>
        event.e === 'recovery' && event.job === this.id && event.event.hold !== undefined ? event.event : undefined,
      from,
    );
  }

  /** Lets every step that is held go, one after the other, until one fits; returns it, held. */
  stepTo(how: ResumeHow, fits: (event: RecoveryEvent) => boolean): Promise<RecoveryEvent> {
    return this.runtime.events.until('the held step', async () => {
      for (let { holds } = await this.details(); holds[0] !== undefined; { holds } = await this.details()) {
        const found = holds.find(({ event }) => fits(event));
        if (found !== undefined) return found.event;
        await this.resume(holds[0].event, how);
      }
      return undefined;
    });
  }

  resume({ hold }: RecoveryEvent, how: ResumeHow): Promise<unknown> {
    assert.ok(hold);
    return this.runtime.cluster.run('resume', { job: this.id, hold, how });
  }

  recovered(from = 0): Promise<unknown> {
    return this.step('recovered', 'end', from);
  }

  async status(wanted: JobStatus, from = 0): Promise<void> {
    await this.runtime.events.first(
      `status ${wanted}`,
      (event) => {
        if (event.e !== 'job' || event.job !== this.id) return undefined;
        if (event.status !== wanted && isEndOfJob(event.status))
          throw new Error(`The job is ${event.status}, not ${wanted}.`);
        return event.status === wanted ? true : undefined;
      },
      from,
    );
  }

  /** Resolves when the job has FINISHED; rejects, with its reason, when it ends in another way. */
  async finished(): Promise<void> {
    try {
      await this.status('FINISHED');
    } catch (error) {
      const { failure } = await this.details();
      throw new Error(`${String(error)} ${failure?.stack ?? ''}`, { cause: error });
    }
  }

  async operator(uid: string): Promise<OperatorId> {
    const operators = await this.runtime.cluster.get('operators', { job: this.id });
    const found = operators.find((operator) => operator.uid === uid);
    assert.ok(found, `no operator ${uid}`);
    return found.id;
  }

  kill(taskManager: string, lose = false): Promise<unknown> {
    const fault = { k: 'killTaskManager', taskManager: id<TaskManagerId>(taskManager), lose } as const;
    return this.runtime.cluster.run('inject', { fault });
  }

  async recoveries(): Promise<readonly RecoveryDetails[]> {
    const { cluster } = this.runtime;
    const { items } = await cluster.get('recoveries', { job: this.id }, { limit: 100 });
    const all = await Promise.all(items.map(({ recovery }) => cluster.get('recovery', { job: this.id, recovery })));
    return all.sort((a, b) => a.recovery - b.recovery);
  }

  async checkpointInfos(savepoints = false): Promise<readonly CheckpointInfo[]> {
    const { items } = await this.runtime.cluster.get('checkpoints', { job: this.id, savepoints }, { limit: 100 });
    return items;
  }
}
