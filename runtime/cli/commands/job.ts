import type { TaskInfo } from '../../cluster/model';
import { onJob } from '../engine';
import { jobLines } from '../jobLines';
import { table } from '../output';
import type { CliWorld, JobOptions } from '../world';

/** One job: its tasks with where they run and what they have processed, its checkpoints in numbers, what is held, why it failed. */
export async function showJob(world: CliWorld, options: JobOptions): Promise<void> {
  const { cluster, job, output } = await onJob(world, options);
  const details = await cluster.get('job', { job: job.id });
  output.show(details, () => [
    ...jobLines(details),
    ...(details.jobFile === undefined ? [] : [details.jobFile]),
    ...table([
      ['TASK', 'STATUS', 'ATTEMPT', 'TASKMANAGER', 'RECORDS IN', 'RECORDS OUT'],
      ...details.tasks.map(taskRow),
    ]),
  ]);
}

function taskRow(task: TaskInfo): readonly string[] {
  return [
    `${task.vertexName} ${task.subtask + 1}/${task.parallelism}`,
    task.status,
    String(task.attempt + 1),
    task.taskManager ?? '',
    String(task.recordsIn),
    String(task.recordsOut),
  ];
}
