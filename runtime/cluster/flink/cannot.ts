/** What Flink's REST API has nothing for, for people: `Flink cannot …`. */
export const flinkCannot: readonly string[] = [
  'run a job file of this project',
  'show the entries of a running state (a savepoint on disk can be looked into)',
  'fail on purpose',
  'hold and step a recovery, or tell from where a state was restored',
  'tell uids, and of the operators of a chain more than the first id',
];
