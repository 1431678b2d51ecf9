import assert from 'node:assert/strict';
import { test } from 'node:test';
import { id, type TaskManagerId } from '../../../runtime/base/ids';
import { jobManagerThreads, taskManagerThreads } from '../../../runtime/jobmanager/rest/flink/threadDump';
import type { TaskManagerRecord } from '../../../runtime/jobmanager/records';
import { jobRecord } from '../cluster/records';

const taskManager = (name: string, stalledMs: number): TaskManagerRecord => ({
  id: id<TaskManagerId>(name),
  status: stalledMs > 0 ? 'stuck' : 'alive',
  slots: 2,
  freeSlots: 0,
  allocated: [],
  directory: '/tm',
  stalledMs,
  respawns: 0,
});

const namesOf = (dump: ReturnType<typeof jobManagerThreads>): readonly string[] =>
  dump.threadInfos.map(({ threadName }) => threadName);

test("the threads of a TaskManager are its tasks, with Flink's names", () => {
  const job = jobRecord();
  const [attempt] = job.vertices[0]?.subtasks[0]?.attempts ?? [];
  assert.ok(attempt?.taskManager !== undefined);
  const dump = taskManagerThreads(taskManager(attempt.taskManager, 0), [job], 0);
  const name = job.vertices[0]?.vertex.name;
  assert.deepEqual(namesOf(dump).slice(0, 2), ['main', `${name} (1/2)#0`]);
  assert.match(dump.threadInfos[1]?.stringifiedThreadInfo ?? '', /^".* \(1\/2\)#0" Id=2 RUNNING\n\tbusy \d+ %/);
  assert.deepEqual(namesOf(taskManagerThreads(taskManager('elsewhere', 0), [job], 0)), ['main']);
});

test('the thread of a TaskManager that is stuck says for how long', () => {
  const [main] = taskManagerThreads(taskManager('tm-1', 4_200), [], 0).threadInfos;
  assert.match(main?.stringifiedThreadInfo ?? '', /STUCK\n\thas not answered for 4200 ms/);
});

test('the threads of the JobManager are its living jobs, with what they wait for', () => {
  const jobs = [
    jobRecord({ waitingFor: 'TaskManager tm-2 is being started again.' }),
    jobRecord({ status: 'FINISHED' }),
  ];
  const dump = jobManagerThreads(jobs);
  assert.equal(dump.threadInfos.length, 2);
  assert.match(dump.threadInfos[1]?.stringifiedThreadInfo ?? '', /tm-2 is being started again/);
});
