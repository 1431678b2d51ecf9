import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventStream, routes } from '../../runtime/rest/routes';

test('docs/rest.md lists every route of the table, and no other', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/rest.md'), 'utf8');
  const listed = [...text.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) \/[^`]*)`/gm)].map(([, route]) => route);
  const known = [...Object.values(routes), eventStream].map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(listed.toSorted(), known.toSorted());
});
