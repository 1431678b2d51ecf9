import { Scope, Source, StackFrame } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { JobId } from '../base/ids';
import type { Cluster } from '../cluster/cluster';
import type { DebugPort } from '../cluster/debugPort';
import { runsOn } from './findJob';
import { planUri, recoveryPlan } from './recoveryPlan';
import { References } from './references';
import type { ThreadList } from './threadList';

/** What a variables reference stands for: a scope or variable of a held thread. */
interface Place {
  readonly thread: number;
  readonly path: readonly string[];
}

/** Frames, scopes and variables of the threads that are held; they are asked of the engine when somebody looks. */
export class Inspection {
  private readonly frames = new References<number>();
  private readonly places = new References<Place>();

  constructor(
    private readonly cluster: Cluster,
    private readonly port: DebugPort,
    private readonly job: JobId,
    private readonly threads: ThreadList,
  ) {}

  /** The thread runs on: what was handed out for this stop is over. */
  forget(thread: number): void {
    this.frames.forget((of) => of === thread);
    this.places.forget((place) => place.thread === thread);
  }

  async stack(args: DebugProtocol.StackTraceArguments): Promise<DebugProtocol.StackTraceResponse['body']> {
    const [found, place] = await Promise.all([
      this.port.stack(this.job, this.keyOf(args.threadId)),
      this.placeOf(args.threadId),
    ]);
    const shown = found.map(({ name, subtle }, index) => {
      const frame: DebugProtocol.StackFrame = new StackFrame(this.frames.add(args.threadId), name);
      if (subtle) frame.presentationHint = 'subtle';
      if (index === 0 && place !== undefined) Object.assign(frame, place);
      return frame;
    });
    const start = args.startFrame ?? 0;
    return { stackFrames: page(shown, start, args.levels), totalFrames: shown.length };
  }

  async scopes(frame: number): Promise<DebugProtocol.ScopesResponse['body']> {
    const thread = this.frames.get(frame);
    if (thread === undefined) throw runsOn();
    const found = await this.port.read(this.job, this.keyOf(thread), []);
    return {
      scopes: found.map(({ name, path }) => new Scope(name, this.places.add({ thread, path: path ?? [name] }))),
    };
  }

  async variables(args: DebugProtocol.VariablesArguments): Promise<DebugProtocol.VariablesResponse['body']> {
    const place = this.places.get(args.variablesReference);
    if (place === undefined) throw runsOn();
    const { thread } = place;
    const found = await this.port.read(this.job, this.keyOf(thread), place.path);
    return {
      variables: page(found, args.start ?? 0, args.count).map(({ name, value, type, path }) => ({
        name,
        value,
        ...(type === undefined ? {} : { type }),
        variablesReference: path === undefined ? 0 : this.places.add({ thread, path }),
      })),
    };
  }

  /** The line of the held step in the plan of its recovery: the debugger stands there. */
  private async placeOf(
    thread: number,
  ): Promise<{ readonly source: DebugProtocol.Source; readonly line: number; readonly column: number } | undefined> {
    const details = await this.cluster.get('job', { job: this.job });
    const held = details.holds.find(({ hold }) => hold === this.threads.get(thread)?.hold);
    if (held === undefined) return undefined;
    const { recovery } = held.event.scope;
    const plan = recoveryPlan(details, await this.cluster.get('recovery', { job: this.job, recovery }), []);
    const line = plan.lines.get(held.event.stepId);
    if (line === undefined) return undefined;
    return { source: new Source(`recovery #${recovery}`, planUri(this.job, recovery)), line, column: 1 };
  }

  private keyOf(thread: number): string {
    const key = this.threads.get(thread)?.key;
    if (key === undefined) throw runsOn();
    return key;
  }
}

/** In the protocol a count that is absent or 0 means all. */
function page<T>(items: readonly T[], start: number, count: number | undefined): T[] {
  return items.slice(start, count === undefined || count === 0 ? undefined : start + count);
}
