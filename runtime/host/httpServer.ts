import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpHandler, HttpResponse } from '../base/http';

export interface HttpServerOptions {
  /** Larger bodies are answered with 413. */
  readonly maxBodyBytes: number;
  readonly onError: (error: unknown) => void;
}

export interface RunningHttpServer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/**
 * Serves on the loopback interface at a port that the system picks. Every request needs the bearer token and a Host header that names
 * this server, so that neither another user nor a web page (DNS rebinding) gets in.
 */
export function serveHttp(handler: HttpHandler, options: HttpServerOptions): Promise<RunningHttpServer> {
  const token = randomBytes(32).toString('hex');
  const server = createServer((request, response) => {
    answer(request, response, handler, token, server, options).catch((error: unknown) => {
      options.onError(error);
      response.destroy();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      server.on('error', options.onError);
      resolve({
        url: `http://127.0.0.1:${portOf(server)}`,
        token,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? (address satisfies AddressInfo).port : 0;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handler: HttpHandler,
  token: string,
  server: Server,
  options: HttpServerOptions,
): Promise<void> {
  const port = portOf(server);
  if (request.headers.host !== `127.0.0.1:${port}` && request.headers.host !== `localhost:${port}`) {
    refuse(request, response, 403, 'This server answers only to its own address.');
    return;
  }
  if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
    refuse(request, response, 401, 'The token is missing or wrong; it stands in the discovery file of the runtime.');
    return;
  }
  const body = await readBody(request, options.maxBodyBytes);
  if (body === undefined) {
    refuse(request, response, 413, `The body is larger than ${options.maxBodyBytes} bytes.`);
    return;
  }
  const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
  const result = await handler({
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: plainHeaders(request),
    body,
  });
  await send(response, result);
}

async function send(response: ServerResponse, result: HttpResponse): Promise<void> {
  response.writeHead(result.status, result.headers);
  if (result.body instanceof Uint8Array) {
    response.end(result.body);
    return;
  }
  const iterator = result.body[Symbol.asyncIterator]();
  const gone = new Promise<'gone'>((resolve) => response.once('close', () => resolve('gone')));
  response.flushHeaders();
  for (;;) {
    const next = await Promise.race([iterator.next(), gone]);
    if (next === 'gone' || next.done === true) break;
    if (!response.write(next.value))
      await Promise.race([new Promise((resolve) => response.once('drain', resolve)), gone]);
  }
  void iterator.return?.();
  response.end();
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  request.resume();
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', connection: 'close' });
  response.end(JSON.stringify({ errors: [text] }));
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
