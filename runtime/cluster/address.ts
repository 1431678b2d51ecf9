import { userError } from '../base/errors';

/**
 * The base address of a REST API as people type or paste it: without what belongs to a page of Flink's dashboard (`/#/overview`), without
 * a slash at its end; a path before the API stays. Throws `cluster.bad-address`.
 */
export function clusterAddress(text: string): string {
  const trimmed = text.trim();
  const address = /^[a-z][\w+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw badAddress(trimmed, 'is not the address of a cluster', 'Give one such as http://localhost:8081.');
  }
  if (url.username !== '' || url.password !== '') {
    // Not repeated in the message: it would stand in logs.
    throw badAddress(
      'The address',
      'holds a user name or password',
      'Give the address alone, and a token apart from it.',
    );
  }
  return `${url.origin}${url.pathname}`.replace(/(?:\/v1)?\/*$/, '');
}

function badAddress(what: string, why: string, advice: string): Error {
  return userError('cluster.bad-address', `${what === '' ? 'Nothing' : what} ${why}.`, advice);
}
