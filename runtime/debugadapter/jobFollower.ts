import { ContinuedEvent, OutputEvent, StoppedEvent, ThreadEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { errorData, errorText } from '../base/errors';
import type { JobId } from '../base/ids';
import { isEndOfJob } from '../base/status';
import type { Cluster } from '../cluster/cluster';
import type { DebugPort } from '../cluster/debugPort';
import type { JobEvent } from '../cluster/jobEvents';
import { eventLine } from './eventText';
import type { ThreadList } from './threadList';

/** The job that is followed, and since when: what happened before is no news. */
export interface FollowedJob {
  readonly cluster: Cluster;
  readonly port: DebugPort;
  readonly job: JobId;
  readonly sinceMs: number;
  readonly threads: ThreadList;
}

export interface FollowerListener {
  /** For the client. */
  readonly send: (event: DebugProtocol.Event) => void;
  /** Somebody let a thread go: what was known of its frames is over. */
  readonly continued: (thread: number) => void;
  /** The next recovery is not going to be held (any more). */
  readonly disarmed: () => void;
  /** The job is over, or nothing can be heard of it any more. */
  readonly ended: () => void;
}

/** Tells the client of a debug session what happens to the job: lines of output, and threads that start, stop, go on and exit. */
export class JobFollower {
  private readonly following = new AbortController();
  private looking: Promise<void> | undefined;
  private lookAgain = false;

  constructor(
    private readonly followed: FollowedJob,
    private readonly listener: FollowerListener,
  ) {}

  start(): void {
    void this.follow();
  }

  stop(): void {
    this.following.abort();
  }

  /** Looks at the threads and tells what changed; one look at a time, and one more when something happened meanwhile. */
  look(): Promise<void> {
    this.lookAgain = this.looking !== undefined;
    this.looking ??= this.lookUntilQuiet().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async follow(): Promise<void> {
    const { signal } = this.following;
    const { cluster, job, sinceMs } = this.followed;
    try {
      for await (const event of cluster.events(0, signal)) {
        if (signal.aborted) return;
        if ('job' in event && event.job === job && event.atMs >= sinceMs) this.heard(event);
      }
    } catch (error) {
      if (!signal.aborted) this.listener.send(outputLine(errorText(errorData(error)), true));
    }
    if (!signal.aborted) this.listener.ended();
  }

  private heard(event: JobEvent): void {
    const line = eventLine(event);
    if (line !== undefined) this.listener.send(outputLine(line.text, line.important));
    if (event.e === 'tasks' || event.e === 'recovery') void this.look();
    if (event.e === 'hold' && !event.armed) this.listener.disarmed();
    if (event.e === 'job' && isEndOfJob(event.status)) this.listener.ended();
  }

  private async lookUntilQuiet(): Promise<void> {
    const { port, job, threads } = this.followed;
    do {
      this.lookAgain = false;
      const refs = await port.threads(job).catch(() => undefined);
      if (refs === undefined || this.following.signal.aborted) return;
      const otherHeld = threads.all.some(({ ref }) => ref.hold !== undefined);
      this.tell(threads.update(refs), otherHeld);
    } while (this.lookAgain as boolean);
  }

  private tell(changes: ReturnType<ThreadList['update']>, otherHeld: boolean): void {
    const { send, continued } = this.listener;
    for (const thread of changes.exited) send(new ThreadEvent('exited', thread));
    for (const thread of changes.started) send(new ThreadEvent('started', thread));
    for (const thread of changes.continued) {
      continued(thread);
      send(new ContinuedEvent(thread, false));
    }
    changes.stopped.forEach((thread, index) => {
      const event: DebugProtocol.StoppedEvent = new StoppedEvent('step', thread);
      event.body.description = 'Held before its next step';
      event.body.preserveFocusHint = otherHeld || index > 0;
      event.body.allThreadsStopped = false;
      send(event);
    });
  }
}

/** A line for the debug console. */
export function outputLine(text: string, important: boolean): DebugProtocol.Event {
  return new OutputEvent(`${text}\n`, important ? 'important' : 'stdout');
}
