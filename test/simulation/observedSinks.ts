import type { Committable, Connectors } from '../../runtime/api/connector';

/** A commit that a subtask of a sink was told to make. */
export interface Commit {
  readonly subtask: number;
  readonly attempt: number;
  readonly committable: Committable;
}

/** The same connectors; every commit is told before it is made. */
export function withObservedSinks(connectors: Connectors, committing: (commit: Commit) => void): Connectors {
  return {
    reader: (spec, context) => connectors.reader(spec, context),
    sink: (spec, context) => {
      const { writer, committer } = connectors.sink(spec, context);
      const { subtask, attempt } = context;
      return {
        writer,
        committer: {
          commit: (committables) => {
            for (const committable of committables) committing({ subtask, attempt, committable });
            return committer.commit(committables);
          },
          abandonNewer: (checkpoint) => committer.abandonNewer(checkpoint),
        },
      };
    },
  };
}
