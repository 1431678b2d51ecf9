import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JobStateError, userError } from '../../../runtime/base/errors';
import { errorOfResponse, firstLine, restErrorOf } from '../../../runtime/rest/errorBody';
import { fileUri, pathOfUri } from '../../../runtime/base/fileUri';

describe('errors on their way through the API', () => {
  test('arrive as they were thrown, with code, subject and advice', () => {
    const thrown = userError('job.duplicate-uid', 'Two operators have the uid "a".', 'Rename one.', {
      subject: { file: '/jobs/a.ts', position: 12 },
    });
    const { status, body } = restErrorOf(thrown);
    assert.equal(status, 400);
    const arrived = errorOfResponse(status, JSON.stringify(body), 'http://h/');
    assert.deepEqual(
      [arrived.code, arrived.message, arrived.domain, arrived.subject, arrived.advice],
      [thrown.code, thrown.message, thrown.domain, thrown.subject, thrown.advice],
    );
  });

  test('get the status that says what they are', () => {
    const status = (code: string, domain: 'user' | 'external' | 'internal') =>
      restErrorOf(new JobStateError(code, 'x', { domain })).status;
    assert.equal(status('job.not-found', 'user'), 404);
    assert.equal(status('disk.not-found', 'external'), 503);
    assert.equal(status('debug.not-held', 'user'), 409);
    assert.equal(status('internal.x', 'internal'), 500);
    assert.equal(restErrorOf(new TypeError('x')).body.errors[0], 'Internal server error.');
  });

  test("of Flink are the first line of its text, without the exception's class", () => {
    const text = 'org.apache.flink.runtime.rest.NotFoundException: Job 1 not found\n\tat org.apache.X';
    assert.equal(errorOfResponse(404, JSON.stringify({ errors: [text] }), 'http://h/').message, 'Job 1 not found');
    assert.equal(
      firstLine(['Internal server error.', '<Exception on server side:\njava.lang.IllegalStateException: No.\n\tat x']),
      'No.',
    );
  });

  test('that are no errors of an engine say so', () => {
    assert.equal(errorOfResponse(500, '<html>', 'http://h/x').code, 'rest.bad-answer');
  });

  test('of a proxy say whether it refuses or finds no cluster', () => {
    assert.equal(errorOfResponse(401, '<html>', 'http://h/x').code, 'rest.refused');
    assert.equal(errorOfResponse(502, '<html>', 'http://h/x').code, 'engine.away');
  });
});

test('paths of every platform survive being URIs', () => {
  for (const path of ['/a/b', '/a b/ü%20', 'C:/a/b']) assert.equal(pathOfUri(fileUri(path)), path);
  assert.equal(fileUri('C:\\a\\b'), 'file:/C:/a/b');
  assert.equal(pathOfUri('file:///a/b'), '/a/b');
});
