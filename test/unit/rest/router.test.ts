import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { queryOf, Router } from '../../../runtime/jobmanager/rest/router';
import { RestError } from '../../../runtime/rest/errorBody';
import { fillPath } from '../../../runtime/rest/parameters';
import { routes, type RouteName } from '../../../runtime/rest/routes';

const router = new Router<RouteName>(routes);
const job = 'd376f884e88fa4a1ce439ebc8380dc74';

function refused(status: number, text: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof RestError);
    assert.equal(error.status, status);
    assert.match(error.message, text);
    return true;
  };
}

describe('the router', () => {
  test('finds a path with and without /v1', () => {
    assert.equal(router.match('GET', '/overview').name, 'overview');
    assert.equal(router.match('GET', '/v1/overview').name, 'overview');
  });

  test('prefers a literal segment to a parameter', () => {
    assert.equal(router.match('GET', `/jobs/${job}/checkpoints/config`).name, 'checkpointConfig');
    assert.equal(router.match('GET', `/jobs/${job}/checkpoints/${job}`).name, 'checkpointOperation');
    assert.equal(router.match('GET', '/jobs/overview').name, 'jobsOverview');
  });

  test('hands over parsed parameters', () => {
    const match = router.match('GET', `/jobs/${job}/checkpoints/details/12`);
    assert.deepEqual(match, { name: 'checkpoint', path: { jobid: job, checkpointid: 12 } });
  });

  test('refuses a parameter that is not what its name says', () => {
    assert.throws(() => router.match('GET', '/jobs/xyz'), refused(400, /path parameter \(jobid\) from value "xyz"/));
    assert.throws(() => router.match('GET', '/taskmanagers/..%2F..%2Fetc'), refused(400, /taskmanagerid/));
    assert.throws(() => router.match('GET', '/taskmanagers/%E0%A4%A'), refused(400, /taskmanagerid/));
    assert.throws(
      () => router.match('GET', `/jobs/${job}/checkpoints/details/99999999999999999999`),
      refused(400, /checkpointid/),
    );
  });

  test('refuses what there is no route for, another method too', () => {
    assert.throws(() => router.match('GET', '/no/such/path'), refused(404, /^Not found: \/no\/such\/path$/));
    assert.throws(() => router.match('DELETE', '/overview'), refused(404, /^Not found: \/overview$/));
  });

  test('ignores unknown query parameters and refuses bad ones', () => {
    assert.deepEqual(queryOf(routes.jobExceptions, new URLSearchParams('maxExceptions=3&x=y')), { maxExceptions: 3 });
    assert.throws(
      () => queryOf(routes.jobExceptions, new URLSearchParams('maxExceptions=abc')),
      refused(400, /query parameter \(maxExceptions\) from value "abc"/),
    );
  });

  test('finds again whatever path the client fills', () => {
    const statename = 'a b/c?ü';
    const path = fillPath(routes.stateEntries.path, { jobid: job, operatorid: job, statename });
    const match = router.match('GET', path);
    assert.deepEqual(match, { name: 'stateEntries', path: { jobid: job, operatorid: job, statename } });
  });
});
