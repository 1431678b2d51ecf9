import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRestHandler } from '../../../runtime/jobmanager/rest/restHandler';
import { gatewayOf, nowMs } from '../../contract/situation';
import { restHost } from '../../support/restHost';

const handler = createRestHandler({
  ...restHost,
  logs: { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) },
  gateway: gatewayOf('running', false),
  clock: {
    monoMs: () => 0,
    wallMs: () => nowMs,
    after: () => ({ dispose: () => undefined }),
    hold: () => ({ dispose: () => undefined }),
    yield: () => Promise.resolve(),
  },
  random: { next: () => 0, hex: (bytes) => 'ab'.repeat(bytes), uuid: () => '' },
});

async function ask(
  method: string,
  path: string,
  body = '',
): Promise<{ readonly status: number; readonly text: string }> {
  const url = new URL(path, 'http://h');
  const asked = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: {},
    body: new TextEncoder().encode(body),
  };
  const response = await handler(asked);
  if (response.body instanceof Uint8Array) {
    return { status: response.status, text: new TextDecoder().decode(response.body) };
  }
  let text = '';
  for await (const piece of response.body) text += new TextDecoder().decode(piece);
  return { status: response.status, text };
}

describe('the REST handler', () => {
  test('gives an empty log before the first line, and no file that is not there', async () => {
    for (const path of ['/jobmanager/log', '/taskmanagers/tm1/log', '/jobmanager/stdout']) {
      assert.deepEqual(await ask('GET', path), { status: 200, text: '' });
    }
    assert.equal((await ask('GET', '/jobmanager/logs/x.log')).status, 404);
    assert.equal((await ask('GET', '/taskmanagers/tm1/logs/x.log')).status, 500);
    assert.equal((await ask('GET', '/jobmanager/logs/a%2Fb')).status, 400);
  });

  test('knows only the methods of its routes', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'POST', 'DELETE', 'TRACE']) {
      assert.equal((await ask(method, '/overview')).status, 404);
    }
  });

  test('filters exceptions by labels, which its own do not have', async () => {
    const path = '/jobs/342c8701a8a241d0e7377abf8d4cdc1c/exceptions';
    const entries = async (query: string): Promise<number> => {
      const { text } = await ask('GET', `${path}${query}`);
      return (JSON.parse(text) as { exceptionHistory: { entries: unknown[] } }).exceptionHistory.entries.length;
    };
    assert.equal(await entries(''), 1);
    assert.equal(await entries('?failureLabelFilter=type:user'), 0);
    assert.equal((await ask('GET', `${path}?failureLabelFilter=nonsense`)).status, 400);
  });

  test('says what is wrong with a body', async () => {
    const refused = await ask('POST', '/savepoint-disposal', '{"savepoint-path":7}');
    assert.equal(refused.status, 400);
    assert.match(refused.text, /expected format SavepointDisposalRequest\. savepoint-path/);
  });

  test('takes paths that are absolute and go nowhere else', async () => {
    for (const path of ['relative/dir', '/a/../b', 'file:/a/../../b', 'http://h/a', 'a\0b']) {
      const { status } = await ask('POST', '/savepoint-disposal', JSON.stringify({ 'savepoint-path': path }));
      assert.equal(status, 400, path);
    }
  });
});
