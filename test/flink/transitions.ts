interface Transition {
  readonly atMs: number;
  readonly to: string;
}

/** The state changes of a job's tasks in a piece of the JobManager's log. */
export function readTransitions(log: string): Transitions {
  const last = new Map<string, Transition>();
  let failed = false;
  for (const line of log.split('\n')) {
    const [, atMs, task, to = ''] =
      /^(\d{13}) .* - (.* \(\d+\/\d+\)) \(.*\) switched from \w+ to (\w+)/.exec(line) ?? [];
    if (atMs === undefined || task === undefined) continue;
    if (to === 'FAILED' || to === 'CANCELED') failed = true;
    last.set(task, { atMs: Number(atMs), to });
  }
  return new Transitions(failed, [...last.values()]);
}

class Transitions {
  constructor(
    private readonly failed: boolean,
    private readonly last: readonly Transition[],
  ) {}

  /** When the last task came to RUNNING after some had failed; undefined while one has not. All tasks of these jobs restart together. */
  allRunningAgainMs(): number | undefined {
    if (!this.failed || this.last.some(({ to }) => to !== 'RUNNING')) return undefined;
    return Math.max(...this.last.map(({ atMs }) => atMs));
  }
}
