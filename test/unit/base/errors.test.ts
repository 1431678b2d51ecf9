import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorData, errorText, externalError, userError } from '../../../runtime/base/errors';

test('the text of an error is sentences: what happened and where, then what to do', () => {
  const subject = { operator: 'counts', subtask: 1 };
  const text = (message: string, advice: string): string =>
    errorText(errorData(userError('test.code', message, advice, { subject })));
  assert.equal(text('It broke.', 'Mend it.'), 'It broke (operator counts, subtask 2). Mend it.');
  assert.equal(text('It broke', 'Mend it.'), 'It broke (operator counts, subtask 2). Mend it.');
  assert.equal(text('Is it broken?', ''), 'Is it broken (operator counts, subtask 2)?');
  assert.equal(text('boom', ''), 'boom (operator counts, subtask 2)');
  assert.equal(text('counts broke.\n', 'Mend it.'), 'counts broke (operator counts, subtask 2). Mend it.');
});

test('a place that the message names is not named again', () => {
  const gone = externalError('test.gone', '/data/a.json is gone.', '', { subject: { file: '/data/a.json' } });
  assert.equal(errorText(errorData(gone)), '/data/a.json is gone.');
});
