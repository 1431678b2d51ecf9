import type { Connection, IncomingStream, Listener, Net } from '../../runtime/base/env';
import { externalError } from '../../runtime/base/errors';
import type { SimLife } from './life';

interface Binding {
  readonly owner: SimLife;
  readonly accept: (connection: Connection) => void;
}

/** All listeners of the simulated machine. */
export class SimSwitchboard {
  readonly listeners = new Map<string, Binding>();
  /** All ends of connections that are open, for cutting one at random. */
  readonly open = new Set<SimConnection>();
}

/** Until a listener hears of a new connection. */
const acceptMs = 0.05;

/** One process's view of the network: ordered bytes with random delay; what was sent before a crash may still arrive. */
export class SimNet implements Net {
  private count = 0;

  constructor(
    private readonly board: SimSwitchboard,
    private readonly process: SimLife,
  ) {}

  listen(name: string, accept: (connection: Connection) => void): Promise<Listener> {
    return this.process.later(0.1, () => {
      const address = `sim:${this.process.name}:${name}:${this.count++}`;
      this.board.listeners.set(address, { owner: this.process, accept });
      this.process.onCrash(() => this.board.listeners.delete(address));
      return {
        address,
        close: () => {
          this.board.listeners.delete(address);
          return Promise.resolve();
        },
      };
    });
  }

  connect(address: string): Promise<SimConnection> {
    return this.process.later(this.process.random.between(0.05, 0.5), () => {
      const binding = this.board.listeners.get(address);
      if (binding === undefined) throw externalError('net.unreachable', `Nothing listens on ${address}.`, '');
      const near = new SimConnection(this.process, this.board);
      const far = new SimConnection(binding.owner, this.board);
      near.peer = far;
      far.peer = near;
      binding.owner.soon(acceptMs, () => binding.accept(far));
      near.arrivesMs = this.process.schedule.nowMs + acceptMs; // nothing comes before the connection itself
      return near;
    });
  }

  connectTcp(host: string, port: number): Promise<IncomingStream> {
    return this.connect(`tcp:${host}:${port}`);
  }
}

export class SimConnection implements Connection, IncomingStream {
  peer: SimConnection | undefined;
  private receive: ((bytes: Uint8Array) => void) | undefined;
  private closed: ((error?: Error) => void) | undefined;
  private readonly waiting: Uint8Array[] = [];
  private state: 'open' | 'closed' = 'open';
  private closeReported = false;
  private paused = false;
  /** Virtual time before which nothing that was sent later may arrive: the order of the stream. */
  arrivesMs = 0;
  private inFlightBytes = 0;

  constructor(
    readonly owner: SimLife,
    private readonly board: SimSwitchboard,
  ) {
    board.open.add(this);
    owner.onCrash(() => this.cut());
  }

  get bufferedBytes(): number {
    return this.inFlightBytes;
  }

  send(bytes: Uint8Array): void {
    const peer = this.peer;
    if (this.state === 'closed' || peer === undefined) return;
    const copy = bytes.slice();
    this.inFlightBytes += copy.length;
    this.deliver(() => {
      this.inFlightBytes -= copy.length;
      peer.arrived(copy);
    });
  }

  onData(receive: (bytes: Uint8Array) => void): void {
    this.receive = receive;
    this.resume();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.handOver();
  }

  private handOver(): void {
    while (!this.paused && this.receive !== undefined) {
      const bytes = this.waiting.shift();
      if (bytes === undefined) return;
      this.receive(bytes);
    }
  }

  onClose(closed: (error?: Error) => void): void {
    this.closed = closed;
    if (this.closeReported) closed();
  }

  close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    const peer = this.peer;
    if (peer !== undefined) this.deliver(() => peer.ended());
    this.owner.soon(0, () => this.reportClose());
    this.board.open.delete(this);
  }

  /** The connection breaks: both ends see it, what was under way is lost. */
  cut(): void {
    if (this.state === 'closed') return;
    const peer = this.peer;
    this.ended();
    if (peer !== undefined) peer.owner.soon(peer.owner.random.between(0.1, 3), () => peer.ended());
  }

  private deliver(run: () => void): void {
    const now = this.owner.schedule.nowMs;
    this.arrivesMs = Math.max(this.arrivesMs, now + this.owner.random.between(0.02, 1.5));
    this.peer?.owner.atTime(this.arrivesMs, run);
  }

  private arrived(bytes: Uint8Array): void {
    if (this.state === 'closed') return;
    this.waiting.push(bytes);
    this.handOver();
  }

  private ended(): void {
    this.state = 'closed';
    this.board.open.delete(this);
    if (this.owner.alive) this.reportClose();
  }

  private reportClose(): void {
    if (this.closeReported) return;
    this.closeReported = true;
    this.closed?.();
  }
}
