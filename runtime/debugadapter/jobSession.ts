import { DebugSession, Event, InitializedEvent, TerminatedEvent, Thread } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { errorData, errorText, externalError, userError } from '../base/errors';
import { id, type BreakpointId, type JobId } from '../base/ids';
import type { ResumeHow } from '../base/stepping';
import type { Cluster } from '../cluster/cluster';
import type { Breakpoint, DebugPort } from '../cluster/debugPort';
import { parseAttach, parseLaunch, type LaunchConfiguration } from './configuration';
import { parseFault, taskOfThread, type CustomRequests, type JobContext } from './customRequests';
import { findJob, runsOn } from './findJob';
import { Inspection } from './inspection';
import { JobFollower, outputLine } from './jobFollower';
import { ThreadList } from './threadList';

const nextRecovery: Breakpoint = { id: id<BreakpointId>('next-recovery'), at: { k: 'recovery' } };
const everyRecovery = 'everyRecovery';

/**
 * One debug session for one job, on whatever engine the Cluster stands for. Threads are the JobManager and the subtask attempts; a thread
 * is stopped while one of its recovery steps is held.
 *
 * @param connect gives the cluster; a launch may start a runtime for it
 */
export class JobSession extends DebugSession {
  private cluster: Cluster | undefined;
  private job: JobId | undefined;
  private launched = false;
  private holdsEvery = false;
  private ended = false;
  private follower: JobFollower | undefined;
  private readonly threads = new ThreadList();
  private inspection: Inspection | undefined;

  constructor(private readonly connect: () => Promise<Cluster>) {
    super();
    this.setDebuggerLinesStartAt1(true);
    this.setDebuggerColumnsStartAt1(true);
  }

  override dispose(): void {
    this.follower?.stop();
    super.dispose();
  }

  protected override initializeRequest(response: DebugProtocol.InitializeResponse): void {
    response.body = {
      supportsConfigurationDoneRequest: true,
      supportsTerminateRequest: true,
      supportTerminateDebuggee: true,
      supportsSingleThreadExecutionRequests: true,
      supportsExceptionFilterOptions: false,
      exceptionBreakpointFilters: [
        {
          filter: everyRecovery,
          label: 'Recovery',
          description: 'Hold every recovery before its first step.',
          default: false,
        },
      ],
    };
    this.sendResponse(response);
  }

  protected override launchRequest(response: DebugProtocol.LaunchResponse, args: unknown): void {
    this.answer(response, async () => {
      const configuration = parseLaunch(args);
      this.cluster = await this.connect();
      this.launched = true;
      this.job = await this.submit(this.cluster, configuration);
      await this.begin(configuration.holdNextRecovery);
    });
  }

  protected override attachRequest(response: DebugProtocol.AttachResponse, args: unknown): void {
    this.answer(response, async () => {
      const configuration = parseAttach(args);
      this.cluster = await this.connect();
      this.job = await findJob(this.cluster, configuration);
      await this.begin(configuration.holdNextRecovery);
    });
  }

  protected override configurationDoneRequest(response: DebugProtocol.ConfigurationDoneResponse): void {
    this.sendResponse(response);
  }

  protected override setExceptionBreakPointsRequest(
    response: DebugProtocol.SetExceptionBreakpointsResponse,
    args: DebugProtocol.SetExceptionBreakpointsArguments,
  ): void {
    this.answer(response, async () => {
      const wanted = args.filters.includes(everyRecovery);
      if (wanted === this.holdsEvery) return;
      this.holdsEvery = wanted;
      if (wanted) await this.arm();
      else await this.port.disarm(this.jobId, nextRecovery.id);
    });
  }

  protected override threadsRequest(response: DebugProtocol.ThreadsResponse): void {
    this.answer(response, async () => {
      if (this.follower === undefined) throw runsOn();
      await this.follower.look();
      response.body = { threads: this.threads.all.map(({ id, ref }) => new Thread(id, ref.name)) };
    });
  }

  protected override stackTraceRequest(
    response: DebugProtocol.StackTraceResponse,
    args: DebugProtocol.StackTraceArguments,
  ): void {
    this.answer(response, async () => {
      response.body = await this.requireInspection().stack(args);
    });
  }

  protected override scopesRequest(response: DebugProtocol.ScopesResponse, args: DebugProtocol.ScopesArguments): void {
    this.answer(response, async () => {
      response.body = await this.requireInspection().scopes(args.frameId);
    });
  }

  protected override variablesRequest(
    response: DebugProtocol.VariablesResponse,
    args: DebugProtocol.VariablesArguments,
  ): void {
    this.answer(response, async () => {
      response.body = await this.requireInspection().variables(args);
    });
  }

  protected override nextRequest(response: DebugProtocol.NextResponse, args: DebugProtocol.NextArguments): void {
    this.answer(response, () => this.letGo(args.threadId, 'next'));
  }

  protected override stepInRequest(response: DebugProtocol.StepInResponse, args: DebugProtocol.StepInArguments): void {
    this.answer(response, () => this.letGo(args.threadId, 'into'));
  }

  protected override stepOutRequest(
    response: DebugProtocol.StepOutResponse,
    args: DebugProtocol.StepOutArguments,
  ): void {
    this.answer(response, () => this.letGo(args.threadId, 'out'));
  }

  protected override continueRequest(
    response: DebugProtocol.ContinueResponse,
    args: DebugProtocol.ContinueArguments,
  ): void {
    this.answer(response, async () => {
      const alone = args.singleThread === true;
      response.body = { allThreadsContinued: !alone };
      if (alone) {
        await this.letGo(args.threadId, 'go');
        return;
      }
      for (const { id } of this.threads.all) this.running(id);
      await this.port.resume(this.jobId, undefined, 'go');
    });
  }

  /** Nothing can be held but a recovery: pause arms the next one. */
  protected override pauseRequest(response: DebugProtocol.PauseResponse): void {
    this.answer(response, async () => {
      await this.arm();
      this.sendEvent(outputLine('The next recovery will be held before its first step.', false));
    });
  }

  protected override terminateRequest(response: DebugProtocol.TerminateResponse): void {
    this.answer(response, async () => {
      if (this.launched) await this.cluster?.run('cancel', { job: this.jobId });
      else this.end();
    });
  }

  /**
   * A job that this session launched ends with it, unless the client says otherwise; one that it was attached to runs on, with nothing
   * held, whatever the client says: VS Code's Stop asks for the end of everything.
   */
  protected override disconnectRequest(
    response: DebugProtocol.DisconnectResponse,
    args: DebugProtocol.DisconnectArguments,
  ): void {
    this.answer(response, async () => {
      const { job, cluster } = this;
      const wasEnded = this.ended;
      this.ended = true;
      this.follower?.stop();
      if (job === undefined || cluster === undefined || wasEnded) return;
      if (this.launched && args.terminateDebuggee !== false) await cluster.run('cancel', { job });
      else await cluster.debug?.detach(job);
    });
  }

  protected override customRequest(command: string, response: DebugProtocol.Response, args: unknown): void {
    this.answer(response, async () => {
      if (command === 'injectFailure') {
        const fault = await this.port.inject(parseFault(args));
        response.body = { fault } satisfies CustomRequests['injectFailure']['a'];
      } else if (command === 'jobContext') {
        response.body = this.contextOf(args);
      } else {
        throw userError('debug.unknown-request', `There is no request ${command}.`, '');
      }
    });
  }

  private contextOf(args: unknown): JobContext {
    const number =
      typeof args === 'object' && args !== null && 'threadId' in args && typeof args.threadId === 'number'
        ? args.threadId
        : undefined;
    const key = number === undefined ? undefined : this.threads.get(number)?.key;
    const task = key === undefined ? undefined : taskOfThread(key);
    return { job: this.jobId, ...(task === undefined ? {} : { task }) };
  }

  private get jobId(): JobId {
    if (this.job === undefined) throw runsOn();
    return this.job;
  }

  private get port(): DebugPort {
    const port = this.cluster?.debug;
    if (port === undefined) {
      throw externalError('debug.no-port', 'This engine cannot be debugged.', 'Run the job on the embedded runtime.');
    }
    return port;
  }

  private requireInspection(): Inspection {
    this.inspection ??= new Inspection(this.requireCluster(), this.port, this.jobId, this.threads);
    return this.inspection;
  }

  private async submit(cluster: Cluster, configuration: LaunchConfiguration): Promise<JobId> {
    const { program, from, holdStart, parallelism, rowsPerSecond } = configuration;
    const { job } = await cluster.run('submit', {
      jobFile: program,
      holdRecovery: holdStart,
      ...(from === undefined ? {} : { from }),
      ...(parallelism === undefined ? {} : { parallelism }),
      ...(rowsPerSecond === undefined ? {} : { rowsPerSecond }),
    });
    return job;
  }

  private async begin(holdNext: boolean): Promise<void> {
    const cluster = this.requireCluster();
    const { name, nowMs } = await cluster.get('job', { job: this.jobId });
    const sinceMs = this.launched ? 0 : nowMs;
    const follower = new JobFollower(
      { cluster, port: this.port, job: this.jobId, sinceMs, threads: this.threads },
      {
        send: (event) => this.sendEvent(event),
        continued: (thread) => this.running(thread),
        disarmed: () => this.rearm(),
        ended: () => this.end(),
      },
    );
    this.follower = follower;
    if (holdNext) await this.arm();
    this.sendEvent(new Event('process', { name, startMethod: this.launched ? 'launch' : 'attach' }));
    this.sendEvent(new InitializedEvent());
    follower.start();
    await follower.look();
  }

  private requireCluster(): Cluster {
    if (this.cluster === undefined) throw runsOn();
    return this.cluster;
  }

  private async arm(): Promise<void> {
    const armed = await this.port.arm(this.jobId, nextRecovery);
    if (!armed.verified) throw userError('debug.not-armed', armed.why, '');
  }

  /** Lets one held thread go; what it knew of its frames and variables is over. */
  private async letGo(thread: number, how: ResumeHow): Promise<void> {
    const hold = this.threads.get(thread)?.hold;
    if (hold === undefined) {
      throw userError('debug.not-held', 'This thread is not held.', 'Pause holds the next recovery.');
    }
    this.running(thread);
    await this.port.resume(this.jobId, hold, how);
  }

  private running(thread: number): void {
    this.threads.letGo(thread);
    this.inspection?.forget(thread);
  }

  /** Where every recovery is to be held, the next one is, too. */
  private rearm(): void {
    if (!this.holdsEvery) return;
    this.arm().catch((error: unknown) => this.sendEvent(outputLine(errorText(errorData(error)), true)));
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.follower?.stop();
    this.sendEvent(new TerminatedEvent());
  }

  /** Answers a request when its work is done; an error becomes the answer, never an unhandled rejection. */
  private answer(response: DebugProtocol.Response, work: () => Promise<void>): void {
    work().then(
      () => this.sendResponse(response),
      (error: unknown) => {
        const data = errorData(error);
        const format = errorText(data).replaceAll('{', '(').replaceAll('}', ')');
        this.sendErrorResponse(response, { id: 1, format, showUser: data.domain !== 'internal' });
      },
    );
  }
}
