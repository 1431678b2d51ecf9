import type { RemoteClusters } from '../remote/remoteClusters';
import type { Connection } from '../runtime/connection';
import type { Disposable } from '../support/signal';
import type { FollowedJobs } from './timelineKeeper';

/** What happens to the jobs of the runtime and of attached clusters, as one. */
export function everyJob(connection: Connection, remotes: RemoteClusters): FollowedJobs {
  return {
    event: { on: (listener) => both(connection.event.on(listener), remotes.event.on(listener)) },
    changed: {
      on: (listener) =>
        both(
          connection.changed.on(listener),
          remotes.changed.on(() => remotes.all.forEach(({ data }) => listener(data))),
        ),
    },
  };
}

const both = (one: Disposable, other: Disposable): Disposable => ({
  dispose() {
    one.dispose();
    other.dispose();
  },
});
