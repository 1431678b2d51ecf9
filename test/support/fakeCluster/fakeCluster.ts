import { JobStateError } from '../../../runtime/base/errors';
import type { Fault } from '../../../runtime/base/faults';
import { id, type FaultId, type HoldId, type JobId } from '../../../runtime/base/ids';
import type { ResumeHow } from '../../../runtime/base/stepping';
import type {
  Can,
  Capability,
  Cluster,
  Page,
  Queries,
  QueryName,
  RunOptions,
  VerbName,
  Verbs,
} from '../../../runtime/cluster/cluster';
import type { Armed, Breakpoint, DebugPort, FrameInfo, ThreadRef, Variable } from '../../../runtime/cluster/debugPort';
import type { JobEvent } from '../../../runtime/cluster/jobEvents';

type Without<T> = T extends unknown ? Omit<T, 'seq' | 'atMs'> : never;

/** An answer, or a function of the question. */
type Answers = { [N in QueryName]?: Queries[N]['a'] | ((query: Queries[N]['q'], page?: Page) => Queries[N]['a']) };
type Asked<N extends QueryName> = (query: Queries[N]['q'], page?: Page) => Queries[N]['a'];
type Outcomes = { [N in VerbName]?: (verb: Verbs[N]['v'], options?: RunOptions) => Promise<Verbs[N]['o']> };

/** A Cluster whose answers are written down by the test; what was asked and done stands in `asked` and `done`. */
export class FakeCluster implements Cluster {
  readonly url = 'http://127.0.0.1:8081';
  readonly engine = 'embedded';
  readonly asked: string[] = [];
  readonly done: { readonly name: VerbName; readonly verb: unknown }[] = [];
  readonly debug = new FakeDebugPort();
  readonly outcomes: Outcomes = {};
  cannot: ReadonlySet<Capability> = new Set();
  private readonly said: JobEvent[] = [];
  private wake: (() => void)[] = [];
  private gone = false;

  constructor(public answers: Answers = {}) {}

  can(capability: Capability): Can {
    return this.cannot.has(capability) ? { ok: false, why: 'engine-has-no-such-thing' } : { ok: true };
  }

  get<N extends QueryName>(name: N, query: Queries[N]['q'], page?: Page): Promise<Queries[N]['a']> {
    this.asked.push(name);
    const answer = this.answers[name];
    if (answer === undefined) return Promise.reject(new JobStateError('fake.no-answer', `No answer to ${name}.`));
    const given = typeof answer === 'function' ? (answer as Asked<N>)(query, page) : (answer as Queries[N]['a']);
    return Promise.resolve(given);
  }

  run<N extends VerbName>(name: N, verb: Verbs[N]['v'], options?: RunOptions): Promise<Verbs[N]['o']> {
    this.done.push({ name, verb });
    const outcome = this.outcomes[name];
    if (outcome === undefined) return Promise.resolve({});
    return outcome(verb, options);
  }

  /** Says an event to everybody who follows. */
  say(event: Without<JobEvent>): void {
    this.said.push({ ...event, seq: this.said.length + 1, atMs: 0 });
    this.wakeAll();
  }

  /** The runtime is gone: every follower sees the end. */
  vanish(): void {
    this.gone = true;
    this.wakeAll();
  }

  async *events(after: number, signal: AbortSignal): AsyncIterable<JobEvent> {
    signal.addEventListener('abort', () => this.wakeAll());
    for (let at = after; ;) {
      if (signal.aborted) return;
      const event = this.said[at];
      if (event !== undefined) {
        at++;
        yield event;
      } else if (this.gone) {
        throw new JobStateError('cluster.gone', 'The runtime is gone.');
      } else {
        await new Promise<void>((resolve) => this.wake.push(resolve));
      }
    }
  }

  dispose(): void {
    this.wakeAll();
  }

  private wakeAll(): void {
    const { wake } = this;
    this.wake = [];
    for (const resolve of wake) resolve();
  }
}

/** A DebugPort with threads, frames and variables that the test writes down. */
class FakeDebugPort implements DebugPort {
  threadList: ThreadRef[] = [];
  frames: FrameInfo[] = [];
  /** By path, joined with `/`. */
  variables: Record<string, Variable[]> = {};
  readonly done: unknown[][] = [];

  threads(): Promise<readonly ThreadRef[]> {
    return Promise.resolve(this.threadList);
  }

  stack(): Promise<readonly FrameInfo[]> {
    return Promise.resolve(this.frames);
  }

  read(_job: JobId, _thread: string, path: readonly string[]): Promise<readonly Variable[]> {
    return Promise.resolve(this.variables[path.join('/')] ?? []);
  }

  arm(job: JobId, breakpoint: Breakpoint): Promise<Armed> {
    this.done.push(['arm', job, breakpoint.at.k]);
    return Promise.resolve({ verified: true });
  }

  disarm(job: JobId): Promise<void> {
    this.done.push(['disarm', job]);
    return Promise.resolve();
  }

  resume(job: JobId, hold: HoldId | undefined, how: ResumeHow): Promise<void> {
    this.done.push(['resume', job, hold, how]);
    return Promise.resolve();
  }

  inject(fault: Fault): Promise<FaultId> {
    this.done.push(['inject', fault.k]);
    return Promise.resolve(id<FaultId>('fault-1'));
  }

  detach(job: JobId): Promise<void> {
    this.done.push(['detach', job]);
    return Promise.resolve();
  }
}
