import type { JobId } from '../../runtime/base/ids';
import { clusterAddress } from '../../runtime/cluster/address';
import type { Cluster } from '../../runtime/cluster/cluster';
import type { JobEvent } from '../../runtime/cluster/jobEvents';
import { Signal, type Disposable } from '../support/signal';
import { RemoteCluster, type RemoteClusterWorld } from './remoteCluster';

/** What the attached clusters need of the world; bound to VS Code in extension/remote/hosting.ts. */
export interface RemoteWorld extends Omit<RemoteClusterWorld, 'connect'> {
  /** The addresses that are kept. */
  addresses(): readonly string[];
  keepAddresses(urls: readonly string[]): Promise<void>;
  token(url: string): Promise<string | undefined>;
  /** Undefined: there is none. */
  keepToken(url: string, token: string | undefined): Promise<void>;
  connect(url: string, token: string | undefined): Promise<Cluster>;
}

/** The clusters that this user has attached. Nothing is asked of them while nobody looks. */
export class RemoteClusters implements Disposable {
  readonly changed = new Signal<void>();
  readonly event = new Signal<JobEvent>();
  readonly #clusters = new Map<string, RemoteCluster>();
  #watched = false;

  constructor(private readonly world: RemoteWorld) {
    for (const url of world.addresses()) this.#attach(url);
  }

  get all(): readonly RemoteCluster[] {
    return [...this.#clusters.values()];
  }

  /** The cluster that has a job, as far as is known. */
  ofJob(job: JobId): Cluster | undefined {
    return this.all.find(({ data }) => data?.jobs.some(({ id }) => id === job) === true)?.cluster;
  }

  /**
   * Attaches the cluster at an address after having asked it. Rejects with what is wrong with address or token; then nothing is kept.
   * An address that is known gets the new token.
   */
  async add(address: string, token: string | undefined): Promise<RemoteCluster> {
    const url = clusterAddress(address);
    const cluster = await this.world.connect(url, token);
    cluster.dispose();
    await this.world.keepToken(url, token);
    const known = this.#clusters.get(url);
    if (known !== undefined) {
      known.reconnect();
      return known;
    }
    const added = this.#attach(url);
    await this.#keep();
    return added;
  }

  /** Forgets a cluster with its token; the cluster itself is left alone. */
  async remove(url: string): Promise<void> {
    this.#clusters.get(url)?.dispose();
    this.#clusters.delete(url);
    this.changed.fire();
    await this.world.keepToken(url, undefined);
    await this.#keep();
  }

  /** Follows the clusters while somebody looks. */
  look(watched: boolean): void {
    this.#watched = watched;
    for (const cluster of this.all) cluster.look(watched);
  }

  dispose(): void {
    for (const cluster of this.all) cluster.dispose();
  }

  #attach(url: string): RemoteCluster {
    const { world } = this;
    const connect = async (): Promise<Cluster> => world.connect(url, await world.token(url));
    const cluster = new RemoteCluster(url, { ...bound(world), connect });
    this.#clusters.set(url, cluster);
    cluster.changed.on(() => this.changed.fire());
    cluster.event.on((event) => this.event.fire(event));
    if (this.#watched) cluster.look(true);
    else this.changed.fire();
    return cluster;
  }

  #keep(): Promise<void> {
    return this.world.keepAddresses([...this.#clusters.keys()]);
  }
}

function bound(world: RemoteWorld): Omit<RemoteClusterWorld, 'connect'> {
  return { nowMs: () => world.nowMs(), after: (ms, run) => world.after(ms, run) };
}
