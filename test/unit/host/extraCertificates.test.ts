import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withExtraCertificates, withoutExtraCertificates } from '../../../runtime/host/extraCertificates';

test("a JobManager starts without the company's certificates, its children with them", () => {
  const owner = { PATH: '/bin', NODE_EXTRA_CA_CERTS: '/company.pem' };
  const jobManager = withoutExtraCertificates(owner);
  assert.equal(jobManager['NODE_EXTRA_CA_CERTS'], undefined);
  assert.deepEqual(withExtraCertificates(jobManager), owner);
});

test('an environment without such certificates stays as it is', () => {
  const owner = { PATH: '/bin' };
  assert.deepEqual(withExtraCertificates(withoutExtraCertificates(owner)), owner);
});
