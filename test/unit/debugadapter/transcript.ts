import type { DebugProtocol } from '@vscode/debugprotocol';
import type { JobSession } from '../../../runtime/debugadapter/jobSession';

type Message = DebugProtocol.ProtocolMessage & Record<string, unknown>;

/** A client of a debug session without a wire: sends requests, keeps everything that comes back as one transcript. */
export class Transcript {
  private readonly lines: string[] = [];
  private readonly waiting = new Set<{ wants: (message: Message) => boolean; got: (message: Message) => void }>();
  private seq = 0;

  constructor(private readonly session: JobSession) {
    session.onDidSendMessage((message) => this.take(message as Message));
  }

  /** Sends a request and resolves with its answer's body, or with the message of its error. */
  async ask(command: string, args: object = {}): Promise<unknown> {
    const seq = ++this.seq;
    this.lines.push(`→ ${command} ${JSON.stringify(args)}`);
    const answer = this.next((message) => message.type === 'response' && message['request_seq'] === seq);
    this.session.handleMessage({ seq, type: 'request', command, arguments: args } as DebugProtocol.Request);
    const { success, body, message } = await answer;
    return success === true ? body : message;
  }

  /** The next event of a name, or the `count`-th from now. */
  event(name: string, count = 1): Promise<Message> {
    let left = count;
    return this.next((message) => message.type === 'event' && message['event'] === name && --left === 0);
  }

  /** Everything so far, and a new beginning. */
  text(): string {
    return this.lines.splice(0).join('\n');
  }

  private next(wants: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve) => {
      const waiter = {
        wants,
        got: (message: Message) => {
          this.waiting.delete(waiter);
          resolve(message);
        },
      };
      this.waiting.add(waiter);
    });
  }

  private take(message: Message): void {
    const { body } = message;
    const tail = body === undefined ? '' : ` ${JSON.stringify(body)}`;
    if (message.type === 'event') this.lines.push(`! ${String(message['event'])}${tail}`);
    else if (message['success'] === true) this.lines.push(`← ${String(message['command'])}${tail}`);
    else this.lines.push(`× ${String(message['command'])} ${String(message['message'])}`);
    for (const waiter of [...this.waiting]) if (waiter.wants(message)) waiter.got(message);
  }
}
