import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { ConnectorContext, SourceReader } from '../../../runtime/api/connector';
import { SocketTextSource } from '../../../runtime/api/sources';
import type { IncomingStream } from '../../../runtime/base/env';
import { externalError } from '../../../runtime/base/errors';
import { LineQueue } from '../../../runtime/connectors/lineQueue';
import { connectors, connectorContext, read, readAll } from './support';

/** The other side of a connection, moved by the test. */
class FakeStream implements IncomingStream {
  private receive: (bytes: Uint8Array) => void = () => undefined;
  private closed: (error?: Error) => void = () => undefined;
  paused = false;
  closes = 0;

  onData(receive: (bytes: Uint8Array) => void): void {
    this.receive = receive;
  }
  onClose(closed: (error?: Error) => void): void {
    this.closed = closed;
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  close(): void {
    this.closes++;
  }
  send(text: string): void {
    this.receive(new TextEncoder().encode(text));
  }
  end(error?: Error): void {
    this.closed(error);
  }
}

const refused = externalError('net.unreachable', 'refused', '');

/** A reader whose connections are those of the list, one after the other. */
async function reading(
  connections: readonly (FakeStream | Error)[],
  options: { maxRetries?: number } = {},
): Promise<{ reader: SourceReader<unknown>; context: ReturnType<typeof connectorContext>; made: () => number }> {
  let made = 0;
  const connectTcp = (): Promise<IncomingStream> => {
    const next = connections[made++] ?? refused;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const context = { ...connectorContext('/'), net: { connectTcp } };
  const source = new SocketTextSource({ host: 'h', port: 1, retryDelayMs: 1, ...options });
  const reader = connectors.reader(source, context);
  await reader.start(undefined);
  return { reader, context, made: () => made };
}

async function served(t: TestContext, onSocket: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer(onSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

describe('socket source', () => {
  test('reads the lines of a real connection until the sender ends it', async (t) => {
    const { port } = await served(t, (socket) => socket.end('one\r\ntwo\n\nüber\nlast'));
    const context = connectorContext('/');
    assert.deepEqual(await readAll(new SocketTextSource({ host: '127.0.0.1', port }), context), [
      'one',
      'two',
      '',
      'über',
      'last',
    ]);
    assert.match(context.lines.join(), /cannot be read again after a failure/);
  });

  test('a task that cannot keep up slows a real sender down, and nothing is lost', async (t) => {
    const line = 'x'.repeat(1_000);
    const count = 40_000; // 40 MB: more than all buffers on the way
    const { port } = await served(t, (socket) => {
      let sent = 0;
      const send = (): void => {
        while (sent < count) if (!socket.write(`${sent++} ${line}\n`)) return void socket.once('drain', send);
        socket.end();
      };
      send();
    });
    const rows = await readAll(new SocketTextSource({ host: '127.0.0.1', port }), connectorContext('/'));
    assert.equal(rows.length, count);
    assert.ok(rows.every((row, index) => row === `${index} ${line}`));
  });

  test('names the address where nobody listens', async (t) => {
    const { server, port } = await served(t, () => undefined);
    server.close();
    await once(server, 'close');
    await assert.rejects(readAll(new SocketTextSource({ host: '127.0.0.1', port }), connectorContext('/')), {
      code: 'source.connection-lost',
      message: new RegExp(`no connection to 127.0.0.1:${port}`),
    });
  });

  test('only the first subtask reads, and whoever is restored with the connection', async (t) => {
    const { port } = await served(t, (socket) => socket.end('a line\n'));
    const source = new SocketTextSource({ host: '127.0.0.1', port });
    const second: ConnectorContext = connectorContext('/', { subtask: 1, parallelism: 2 });
    assert.deepEqual(await readAll(source, second), []);

    const reader = connectors.reader(source, second);
    await reader.start([{ split: 'connection', position: null }]);
    assert.deepEqual(await read(reader, 1), ['a line']);
    assert.deepEqual(await read(reader), []);
    assert.deepEqual(reader.snapshot(), [], 'the input has ended, also after a restore');
    await reader.close();
  });

  test('keeps its connection in every snapshot until the end', async () => {
    const stream = new FakeStream();
    const { reader } = await reading([stream]);
    const connection = [{ split: 'connection', position: null }];
    assert.deepEqual(reader.snapshot(), connection);
    const row = read(reader, 1);
    stream.send('a\nb\n');
    assert.deepEqual(await row, ['a']);
    stream.end();
    assert.deepEqual(reader.snapshot(), connection, 'a line waits');
    assert.deepEqual(await read(reader), ['b']);
    assert.deepEqual(reader.snapshot(), []);
    await reader.close();
  });

  test('stops the stream while lines wait, and lets it flow when half of them are taken', async () => {
    const stream = new FakeStream();
    const { reader } = await reading([stream]);
    await Promise.resolve();
    const line = `${'x'.repeat(99_999)}\n`;
    for (let sent = 0; sent < 10; sent++) stream.send(line);
    assert.equal(stream.paused, false);
    stream.send(line);
    assert.equal(stream.paused, true);
    await read(reader, 5);
    assert.equal(stream.paused, true);
    await read(reader, 1);
    assert.equal(stream.paused, false);
    await reader.close();
    assert.equal(stream.closes, 1);
  });

  test('makes a connection again as often as it is told to, counted anew whenever data come', async () => {
    const streams = [new FakeStream(), new FakeStream()];
    const [first, second] = streams as [FakeStream, FakeStream];
    const { reader, made } = await reading([refused, refused, first, refused, second, refused, refused], {
      maxRetries: 2,
    });
    const all = read(reader);
    const connected = async (count: number): Promise<void> => {
      while (made() < count) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    };
    await connected(3);
    first.send('a\n');
    first.end();
    await connected(5);
    second.send('b\n');
    second.end();
    await assert.rejects(all, { code: 'source.connection-lost' });
    assert.equal(made(), 7);
    await reader.close();
  });

  test('a line that breaks off with the connection is no row, and counted', async () => {
    const stream = new FakeStream();
    const { reader, context } = await reading([stream]);
    await Promise.resolve();
    stream.send('whole\nhal');
    stream.end(new Error('reset'));
    assert.deepEqual(await read(reader, 1), ['whole']);
    await assert.rejects(read(reader), /There is no connection to h:1: reset/);
    assert.equal(context.counts.get('linesSkipped'), 1);
    await reader.close();
  });

  test('a sender that never ends a line is an error before the memory is full', async () => {
    const stream = new FakeStream();
    const { reader } = await reading([stream]);
    await Promise.resolve();
    for (let sent = 0; sent < 18 && stream.closes === 0; sent++) stream.send('x'.repeat(1 << 20));
    assert.equal(stream.closes, 1);
    stream.end();
    await assert.rejects(read(reader), { code: 'source.line-too-long' });
    await reader.close();
  });

  test('a connection that is made when the reader is closed is closed, too', async () => {
    const stream = new FakeStream();
    const { reader } = await reading([stream]);
    await reader.close();
    await Promise.resolve();
    assert.equal(stream.closes, 1);
  });

  test('lines do not depend on the pieces in which they come', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ü', '😀', '\n', '\r\n'), maxLength: 30 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 5 })), (sent, sizes) => {
        const bytes = new TextEncoder().encode(sent);
        const queue = new LineQueue();
        let at = 0;
        for (const size of sizes) {
          queue.add(bytes.subarray(at, at + size));
          at += size;
        }
        queue.add(bytes.subarray(at));
        queue.end();
        const lines = sent.split('\n').map((line) => line.replace(/\r$/, ''));
        if (lines.at(-1) === '') lines.pop();
        assert.equal(queue.waitingCharacters, lines.join('').length);
        const taken = [...queue.take(2), ...queue.take(Infinity)];
        assert.deepEqual(taken, lines);
        assert.equal(queue.waiting, 0);
      }),
    );
  });
});
