/**
 * `NODE_EXTRA_CA_CERTS`, which many companies set, makes every Node process read all its certificates when it starts (tens of ms). The
 * JobManager opens no TLS connection: it is started without them. A job's own code may, so that the processes which run it get them back.
 */
const given = 'NODE_EXTRA_CA_CERTS';
const kept = 'JOB_STATE_EXTRA_CA_CERTS';

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment for a process that opens no TLS connection, but whose children may. */
export function withoutExtraCertificates(environment: Environment): Environment {
  const { [given]: file, ...others } = environment;
  return file === undefined ? others : { ...others, [kept]: file };
}

/** What `withoutExtraCertificates` was given. */
export function withExtraCertificates(environment: Environment): Environment {
  const { [kept]: file, ...others } = environment;
  return file === undefined ? others : { ...others, [given]: file };
}
