import { JobStateError } from '../base/errors';
import { RestClient, type ClientOptions } from '../rest/client';
import { routes } from '../rest/routes';
import type { Cluster } from './cluster';
import { flinkError, notFlink } from './flinkErrors';

/** Our runtime says so in the place of the revision of Flink's sources. */
const ownRevision = /^embedded @ /;

/**
 * The engine at an address, recognised by asking it. Rejects with `cluster.not-flink`, `cluster.tls`, `rest.refused` or `engine.away`, each
 * with what to do.
 */
export async function connectCluster(options: ClientOptions): Promise<Cluster> {
  if ((await engineAt(options)) === 'embedded') {
    const { EmbeddedCluster } = await import('./embeddedCluster');
    return new EmbeddedCluster(options);
  }
  const { FlinkCluster } = await import('./flinkCluster');
  return new FlinkCluster(options);
}

async function engineAt(options: ClientOptions): Promise<Cluster['engine']> {
  const client = new RestClient(options);
  try {
    const config = await client.call(routes.config, {});
    return ownRevision.test(config['flink-revision']) ? 'embedded' : 'flink';
  } catch (error) {
    const other = error instanceof JobStateError && ['rest.not-found', 'rest.bad-answer'].includes(error.code);
    if (other) throw notFlink(error, client.url);
    throw flinkError(error, client.url);
  }
}
