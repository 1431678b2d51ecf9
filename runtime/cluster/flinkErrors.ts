import { externalError, JobStateError, userError } from '../base/errors';

/** Codes of Node's TLS that say that the certificate is not trusted, or is another host's. */
const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
]);

/** What went wrong between us and a Flink cluster, with what to do about it; other errors stay as they are. */
export function flinkError(error: unknown, url: string): unknown {
  if (!(error instanceof JobStateError)) return error;
  switch (error.code) {
    case 'engine.away':
      return connectionError(error, url);
    case 'rest.refused':
      return userError('rest.refused', `${url} refuses the request.`, 'Check the token, or add the cluster with one.', {
        cause: error,
      });
    default:
      return error;
  }
}

function connectionError(error: JobStateError, url: string): JobStateError {
  if (error.cause === undefined) return error;
  const code = codeOf(error.cause);
  const { host, protocol } = new URL(url);
  const options = { cause: error };
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return externalError('cluster.tls', `The certificate of ${host} is not valid at this time.`, 'Renew it.', options);
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const advice = 'Use the name that stands in its certificate.';
    return externalError('cluster.tls', `The certificate of ${host} is for another host.`, advice, options);
  }
  if (untrusted.has(code)) {
    const advice = 'Name the certificate of its issuer in NODE_EXTRA_CA_CERTS, then start again.';
    return externalError('cluster.tls', `The certificate of ${host} is not trusted.`, advice, options);
  }
  // What answers to TLS without TLS, or the other way round.
  if (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'EPROTO' ||
    code.startsWith('HPE_') ||
    code.startsWith('ERR_SSL')
  ) {
    const other = protocol === 'https:' ? 'http' : 'https';
    return userError(
      'cluster.tls',
      `${host} does not speak ${protocol.replace(':', '')}.`,
      `Try ${other}://.`,
      options,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return externalError('engine.away', `There is no host ${new URL(url).hostname}.`, 'Check the address.', options);
  }
  const advice = 'Check that the cluster runs and that its REST address can be reached from here.';
  return externalError('engine.away', `${host} does not answer.`, advice, options);
}

/** Something answers that is not Flink's REST API, or not at this path. */
export function notFlink(error: JobStateError, url: string): JobStateError {
  return userError(
    'cluster.not-flink',
    `${url} answers, but not as a Flink cluster: ${error.message}`,
    'Give the address of its REST API, with the path before it where a proxy has one, such as https://example.com/flink.',
    { cause: error },
  );
}

/** The code of Node's error, however deep `fetch` has put it. */
function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return '';
}
