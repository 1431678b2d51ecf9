import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, describe, test } from 'node:test';
import type { HttpRequest } from '../../../runtime/base/http';
import { serveHttp } from '../../../runtime/host/httpServer';

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe('the HTTP server', async () => {
  const seen: HttpRequest[] = [];
  const problems: unknown[] = [];
  const server = await serveHttp(
    (asked) => {
      seen.push(asked);
      const body = new TextEncoder().encode(`${asked.method} ${asked.path} ${asked.body.length}`);
      return Promise.resolve({ status: 200, headers: { 'content-type': 'text/plain' }, body });
    },
    { maxBodyBytes: 1_000, onError: (error) => problems.push(error) },
  );
  after(() => server.close());

  /** Without a token of its own: the right one. `fetch` cannot set the Host. */
  const ask = (
    parts: { method?: string; path?: string; headers?: Record<string, string>; body?: Uint8Array } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path = '/x', headers = {}, body } = parts;
      const asking = request(
        server.url + path,
        { method, headers: { authorization: `Bearer ${server.token}`, ...headers } },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => (text += piece));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      asking.on('error', reject);
      asking.end(body);
    });

  test('hands on the path as it was encoded, and the body', async () => {
    const answer = await ask({ method: 'POST', path: '/a%2Fb/c?d=e%20f', body: new Uint8Array(1_000) });
    assert.deepEqual(answer, { status: 200, text: 'POST /a%2Fb/c 1000' });
    assert.equal(seen.at(-1)?.query.get('d'), 'e f');
  });

  for (const [what, authorization] of [
    ['no token', ''],
    ['a wrong one', `Bearer ${'0'.repeat(64)}`],
    ['a part of it', `Bearer ${server.token.slice(0, 10)}`],
    ['another scheme', `Basic ${server.token}`],
  ] as const) {
    test(`refuses a request with ${what}, before anything else is looked at`, async () => {
      const before = seen.length;
      const answer = await ask({ headers: { authorization } });
      assert.equal(answer.status, 401);
      assert.match(answer.text, /^\{"errors":\["The token is missing or wrong/);
      assert.equal(seen.length, before);
    });
  }

  for (const host of ['example.org', 'example.org:80', '127.0.0.1', 'localhost.example.org']) {
    test(`refuses a request that came for ${host}`, async () => {
      assert.equal((await ask({ headers: { host } })).status, 403);
    });
  }

  test('answers to its own address under both names', async () => {
    const { port } = new URL(server.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      assert.equal((await ask({ headers: { host } })).status, 200);
    }
  });

  test('refuses a body that is too large with one sentence, and goes on', async () => {
    for (const sizeBytes of [1_001, 20_000_000]) {
      const answer = await ask({ method: 'POST', body: new Uint8Array(sizeBytes) });
      assert.equal(answer.status, 413);
      assert.deepEqual(JSON.parse(answer.text), { errors: ['The body is larger than 1000 bytes.'] });
    }
    assert.equal((await ask()).status, 200);
    assert.deepEqual(problems, []);
  });
});
