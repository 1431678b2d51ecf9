import type { Cluster } from '../../cluster/cluster';
import type { JobDetails, JobSummary, TaskInfo } from '../../cluster/model';
import { jobLines } from '../jobLines';
import { table, timeText } from '../output';
import type { CliWorld } from '../world';
import type { Told } from './told';

/** Lines of what happened last that stand under the table. */
const kept = 5;

/** A small table of a job on a terminal, painted anew in its place when something has changed; nothing else writes there meanwhile. */
export class LiveTable {
  #painted = 0;
  #changed = false;
  #painting: Promise<void> | undefined;
  readonly #last: string[] = [];

  constructor(
    private readonly world: CliWorld,
    private readonly cluster: Cluster,
    private readonly job: JobSummary,
    /** A question that failed while nobody waited for its answer. */
    private readonly onFailure: (error: unknown) => void,
  ) {}

  heard(told: Told | undefined, atMs: number): void {
    if (told !== undefined) this.#last.push(`${timeText(atMs)}  ${told.text}`);
    this.#last.splice(0, this.#last.length - kept);
    this.#changed = true;
    this.#painting ??= this.#paintUntilTold().catch(this.onFailure);
  }

  /** The table as it is in the end. */
  async close(): Promise<void> {
    await this.#painting;
  }

  /** However much happens meanwhile, one question is under way at a time. */
  async #paintUntilTold(): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      this.#paint(await this.cluster.get('job', { job: this.job.id }));
    }
    this.#painting = undefined;
  }

  #paint(details: JobDetails): void {
    const { rows } = this.world.screen() ?? { rows: 24 };
    const lines = [...jobLines(details), ...table(taskRows(details.tasks)), ...this.#last].slice(
      0,
      Math.max(1, rows - 1),
    );
    const up = this.#painted === 0 ? '' : `\x1b[${this.#painted}A`;
    // Erased to the end of the screen; without wrapping, so that a line stays a line in a narrow window (DECAWM).
    this.world.write(`${up}\r\x1b[J\x1b[?7l${lines.join('\n')}\n\x1b[?7h`);
    this.#painted = lines.length;
  }
}

/** One row for each vertex. */
function taskRows(tasks: readonly TaskInfo[]): readonly (readonly string[])[] {
  const head = ['VERTEX', 'TASKS', 'TASKMANAGERS', 'RECORDS IN', 'RECORDS OUT'];
  const vertices = [...grouped(tasks, ({ vertex }) => vertex).values()];
  return [head, ...vertices.map(vertexRow)];
}

function vertexRow(tasks: readonly TaskInfo[]): readonly string[] {
  const byStatus = [...grouped(tasks, ({ status }) => status)].map(([status, some]) => `${some.length} ${status}`);
  const taskManagers = new Set(tasks.flatMap(({ taskManager }) => taskManager ?? []));
  const sum = (of: (task: TaskInfo) => number): string => String(tasks.reduce((total, task) => total + of(task), 0));
  return [
    tasks[0]?.vertexName ?? '',
    byStatus.join(', '),
    [...taskManagers].sort().join(', '),
    sum(({ recordsIn }) => recordsIn),
    sum(({ recordsOut }) => recordsOut),
  ];
}

function grouped(tasks: readonly TaskInfo[], by: (task: TaskInfo) => string): ReadonlyMap<string, readonly TaskInfo[]> {
  const groups = new Map<string, TaskInfo[]>();
  for (const task of tasks) {
    const group = groups.get(by(task));
    if (group === undefined) groups.set(by(task), [task]);
    else group.push(task);
  }
  return groups;
}
