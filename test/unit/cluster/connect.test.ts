import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { JobStateError } from '../../../runtime/base/errors';
import { clusterAddress } from '../../../runtime/cluster/address';
import { connectCluster } from '../../../runtime/cluster/connect';
import { FlinkCluster } from '../../../runtime/cluster/flinkCluster';
import type { Fetch } from '../../../runtime/rest/client';
import { RecordedFlink } from '../../support/recordedFlink/recordedFlink';
import { ownFetch } from './inProcess';

const url = 'https://flink.test/jobs-of-us';

function answering(status: number, text: string): Fetch {
  return () => Promise.resolve({ status, text: () => Promise.resolve(text), body: null });
}

function failing(code: string): Fetch {
  const cause = Object.assign(new Error(code), { code });
  // So does Node's fetch tell it.
  return () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause }));
}

async function refusal(fetch: Fetch): Promise<string> {
  const error: unknown = await connectCluster({ url, fetch }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof JobStateError, String(error));
  return `${error.code}: ${error.message} ${error.advice}`;
}

describe('an address is recognised by asking', () => {
  let flink: RecordedFlink | undefined;
  afterEach(() => flink?.close());

  test('a Flink cluster, over a socket, with its token', async () => {
    flink = new RecordedFlink('2.2.1');
    flink.token = 'secret';
    const address = await flink.listen();
    const cluster = await connectCluster({ url: address, token: 'secret', fetch });
    assert.equal(cluster.engine, 'flink');
    assert.equal((await cluster.get('jobs', {})).length, 1);
    await assert.rejects(connectCluster({ url: address, fetch }), { code: 'rest.refused' });
  });

  test('an embedded runtime', async () => {
    const own = await connectCluster({ url: 'http://127.0.0.1:1', fetch: ownFetch() });
    assert.equal(own.engine, 'embedded');
  });

  test('something else, or the wrong path before the API', async () => {
    assert.match(await refusal(answering(200, '<html>')), /^cluster\.not-flink: .* Give the address of its REST API/);
    assert.match(await refusal(answering(404, '<html>')), /^cluster\.not-flink: /);
    assert.match(await refusal(answering(404, '{"errors":["Not found: /config"]}')), /^cluster\.not-flink: /);
    assert.match(await refusal(answering(200, '{"version":1}')), /^cluster\.not-flink: /);
  });

  test('nobody, or a proxy before nobody', async () => {
    assert.match(await refusal(failing('ECONNREFUSED')), /^engine\.away: flink\.test does not answer\. Check that/);
    assert.match(await refusal(failing('ENOTFOUND')), /^engine\.away: There is no host flink\.test\./);
    assert.match(await refusal(answering(503, '<html>')), /^engine\.away: A proxy at flink\.test reaches no cluster/);
  });

  test('one that refuses', async () => {
    for (const status of [401, 403]) {
      assert.match(await refusal(answering(status, 'no')), /^rest\.refused: .* refuses the request\. Check the token/);
    }
  });

  test('one whose certificate is not trusted, or that speaks no TLS', async () => {
    assert.match(await refusal(failing('SELF_SIGNED_CERT_IN_CHAIN')), /^cluster\.tls: .* NODE_EXTRA_CA_CERTS/);
    assert.match(await refusal(failing('ERR_TLS_CERT_ALTNAME_INVALID')), /^cluster\.tls: .* for another host/);
    assert.match(await refusal(failing('CERT_HAS_EXPIRED')), /^cluster\.tls: .* not valid at this time/);
    assert.match(await refusal(failing('EPROTO')), /^cluster\.tls: flink\.test does not speak https\. Try http:/);
  });
});

describe('addresses as people type them', () => {
  const addresses: readonly (readonly [string, string])[] = [
    ['localhost:8081', 'http://localhost:8081'],
    [' http://localhost:8081/ ', 'http://localhost:8081'],
    ['http://localhost:8081/#/job/running', 'http://localhost:8081'],
    ['https://example.com/flink/', 'https://example.com/flink'],
    ['https://example.com/flink/v1/', 'https://example.com/flink'],
    ['[::1]:8081', 'http://[::1]:8081'],
  ];
  for (const [typed, address] of addresses) {
    test(`${typed} is ${address}`, () => assert.equal(clusterAddress(typed), address));
  }

  for (const typed of ['', 'ftp://example.com', 'http://', 'http://a b']) {
    test(`"${typed}" is none`, () => assert.throws(() => clusterAddress(typed), { code: 'cluster.bad-address' }));
  }

  test('a password in an address is refused and not repeated', () => {
    assert.throws(
      () => clusterAddress('https://me:hidden@example.com'),
      (error: unknown) => error instanceof JobStateError && !error.message.includes('hidden'),
    );
  });
});

test('one cluster is what its answers say, however it was reached', async () => {
  const flink = new RecordedFlink('1.20.5');
  const cluster = await connectCluster({ url: 'http://localhost:8081', fetch: flink.fetch });
  assert.ok(cluster instanceof FlinkCluster);
  assert.equal(cluster.url, 'http://localhost:8081');
});
