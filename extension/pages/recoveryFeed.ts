import { isDeepStrictEqual } from 'node:util';
import { userError } from '../../runtime/base/errors';
import type { RecoveryEvent } from '../../runtime/base/events';
import type { HoldId } from '../../runtime/base/ids';
import { isEndOfJob } from '../../runtime/base/status';
import type { ResumeHow } from '../../runtime/base/stepping';
import type { Cluster } from '../../runtime/cluster/cluster';
import type { JobEvent } from '../../runtime/cluster/jobEvents';
import type { JobDetails, RecoveryInfo } from '../../runtime/cluster/model';
import { recordRecovery, type RecordedRecovery } from '../../runtime/rest/recovery/recordedRecovery';
import type { Followed, RecoveryRef } from './followed';
import { isRepeatable } from './whatIfRemote';
import type { LiveState, ToRecoveryPage } from '../../webview/messages';
import { newestHoldFirst } from '../runtime/heldSteps';
import { Later } from '../support/later';
import type { Disposable } from '../support/signal';

/** Several events of one step come together. */
const sendDelayMs = 60;
/** Recoveries that are asked for to find one: an open page is of one of the newest. */
const askedRecoveries = 1_000;

/**
 * Tells one page of one recovery: everything when the page is ready, then what comes. Nothing is asked for while the page is hidden,
 * because a hidden page is gone, and is ready anew when it is shown.
 */
export class RecoveryFeed implements Disposable {
  private readonly listening: readonly Disposable[];
  private readonly later = new Later(sendDelayMs, () => this.sendMore());
  private waiting: RecoveryEvent[] = [];
  private told: { readonly info: RecoveryInfo; readonly live: LiveState } | undefined;
  private isShown = false;

  /** `failed` is told of questions that the engine did not answer. */
  constructor(
    private readonly cluster: Cluster,
    followed: Followed,
    private readonly ref: RecoveryRef,
    private readonly send: (message: ToRecoveryPage) => void,
    private readonly failed: (error: unknown) => void,
  ) {
    this.listening = [
      followed.event.on((event) => this.noted(event)),
      followed.changed.on(() => this.isShown && this.later.soon()),
    ];
  }

  /** The page listens: it gets everything. */
  async ready(): Promise<void> {
    this.isShown = true;
    const job = await this.cluster.get('job', { job: this.ref.job });
    const recorded = await this.record(job);
    this.told = { info: recorded.details, live: this.liveState(job, recorded.details) };
    this.send({ m: 'recovery', recorded, live: this.told.live });
  }

  /** The page is hidden, and gone with it. */
  hidden(): void {
    this.isShown = false;
    this.waiting = [];
  }

  /** Lets a held step go, or with `go` everything that is held. Without a hold it is the newest of this recovery. */
  async resume(how: ResumeHow, hold?: HoldId): Promise<void> {
    const { debug } = this.cluster;
    if (debug === undefined) return;
    if (how === 'go') {
      await debug.resume(this.ref.job, undefined, how);
      return;
    }
    const at = hold ?? this.told?.live.holds[0]?.hold;
    if (at === undefined) {
      throw userError('debug.not-held', 'Nothing of this recovery is held any more.', '');
    }
    await debug.resume(this.ref.job, at, how);
  }

  async holdNext(hold: boolean): Promise<void> {
    await this.cluster.run('holdNextRecovery', { job: this.ref.job, hold });
  }

  dispose(): void {
    this.later.dispose();
    for (const listening of this.listening) listening.dispose();
  }

  /** The recovery as the engine has it now, with its names. */
  async record(job?: JobDetails): Promise<RecordedRecovery> {
    const [details, operators, recovery] = await Promise.all([
      job ?? this.cluster.get('job', { job: this.ref.job }),
      this.cluster.get('operators', { job: this.ref.job }),
      this.cluster.get('recovery', this.ref),
    ]);
    return recordRecovery(details, operators, recovery);
  }

  private noted(event: JobEvent): void {
    if (!this.isShown || !('job' in event) || event.job !== this.ref.job) return;
    if (event.e === 'recovery' && event.event.scope.recovery === this.ref.recovery) this.waiting.push(event.event);
    if (event.e === 'recovery' || event.e === 'hold') this.later.soon();
  }

  private async sendMore(): Promise<void> {
    if (!this.isShown || this.told === undefined) return;
    const events = this.waiting;
    this.waiting = [];
    try {
      const [job, recoveries] = await Promise.all([
        this.cluster.get('job', { job: this.ref.job }),
        this.cluster.get('recoveries', { job: this.ref.job }, { limit: askedRecoveries }),
      ]);
      const info = recoveries.items.find(({ recovery }) => recovery === this.ref.recovery) ?? this.told.info;
      const told = { info, live: this.liveState(job, info) };
      if (events.length === 0 && isDeepStrictEqual(told, this.told)) return;
      this.told = told;
      this.send({ m: 'more', events, ...told });
    } catch (error) {
      this.failed(error);
    }
  }

  private liveState(job: JobDetails, { status, cause, local }: RecoveryInfo): LiveState {
    const holds = newestHoldFirst(job.holds.filter(({ event }) => event.scope.recovery === this.ref.recovery));
    const canHold = !isEndOfJob(job.status) && this.cluster.can('holdRecovery', job.id).ok;
    const canRepeat =
      canHold &&
      job.status === 'RUNNING' &&
      job.holds.length === 0 &&
      this.cluster.can('injectFault', job.id).ok &&
      status === 'done' &&
      local > 0 &&
      isRepeatable(cause);
    return {
      holds: holds.map(({ hold, text }) => ({ hold, text })),
      ...(canHold ? { holdNext: job.holdArmed } : {}),
      ...(canRepeat ? { whatIf: true } : {}),
    };
  }
}
