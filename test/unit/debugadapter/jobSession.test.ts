import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type HoldId } from '../../../runtime/base/ids';
import { JobSession } from '../../../runtime/debugadapter/jobSession';
import type { FakeCluster } from '../../support/fakeCluster/fakeCluster';
import { airport, airportVertex, flightsCluster, job, recoveryEvents } from '../../support/fakeCluster/flightsData';
import { Transcript } from './transcript';

const first = id<HoldId>('hold-1');
const second = id<HoldId>('hold-2');
const key = (subtask: number, attempt: number): string => `${job}_${airportVertex}_${subtask}_${attempt}`;
const thread = (subtask: number, attempt: number, hold?: HoldId) => ({
  key: key(subtask, attempt),
  name: `delay-by-airport ${subtask + 1}/2 · attempt ${attempt + 1}`,
  status: hold === undefined ? 'RUNNING' : 'INITIALIZING',
  ...(hold === undefined ? {} : { hold }),
});
const jobManager = { key: 'jobmanager', name: 'JobManager', status: 'RUNNING' };

interface Scene {
  readonly cluster: FakeCluster;
  readonly client: Transcript;
  /** Something happened in the job: the session looks at its threads. */
  readonly stir: () => void;
}

function scene(): Scene {
  const cluster = flightsCluster();
  cluster.outcomes.submit = () => Promise.resolve({ job });
  cluster.debug.threadList = [jobManager, thread(0, 0), thread(1, 0)];
  const client = new Transcript(new JobSession(() => Promise.resolve(cluster)));
  return { cluster, client, stir: () => cluster.say({ e: 'tasks', job }) };
}

async function attached(): Promise<Scene> {
  const made = scene();
  made.cluster.answers.job = { ...(made.cluster.answers.job as object), nowMs: 0 } as never;
  await made.client.ask('initialize', { adapterID: 'job-state' });
  await made.client.ask('attach', {});
  await made.client.ask('configurationDone');
  await made.client.ask('threads');
  made.client.text();
  return made;
}

/** Both subtasks in a new attempt, each held before its first step. */
async function held(): Promise<Scene> {
  const made = await attached();
  made.cluster.debug.threadList = [jobManager, thread(0, 1, first), thread(1, 1, second)];
  made.cluster.debug.frames = [
    { name: 'read local copy of keyed state, 19 kB', subtle: false },
    { name: 'delay-by-airport', subtle: false },
    { name: 'recovery #1: tm-2 killed by you', subtle: true },
  ];
  made.cluster.debug.variables = {
    '': [{ name: 'Alternatives', value: '2', path: ['Alternatives'] }],
    Alternatives: [
      { name: '1 local', value: '19 kB', path: ['Alternatives', '1 local'] },
      { name: 'why', value: 'tm-1 kept its directory' },
    ],
    'Alternatives/1 local': [{ name: 'handle 1', value: 'local, 19 kB' }],
  };
  const bothStopped = made.client.event('stopped', 2);
  made.stir();
  await bothStopped;
  return made;
}

describe('a debug session', () => {
  test('launch submits the job and shows its threads', async () => {
    const { client, cluster } = scene();
    await client.ask('initialize', { adapterID: 'job-state' });
    client.text();
    await client.ask('launch', { program: '/w/flights.ts', holdStart: true });
    await client.ask('configurationDone');
    await client.ask('threads');
    assert.deepEqual(cluster.done, [{ name: 'submit', verb: { jobFile: '/w/flights.ts', holdRecovery: true } }]);
    assert.equal(
      client.text(),
      `→ launch {"program":"/w/flights.ts","holdStart":true}
! process {"name":"flights","startMethod":"launch"}
! initialized
! thread {"reason":"started","threadId":1}
! thread {"reason":"started","threadId":2}
! thread {"reason":"started","threadId":3}
← launch
→ configurationDone {}
← configurationDone
→ threads {}
← threads {"threads":[{"id":1,"name":"JobManager"},{"id":2,"name":"delay-by-airport 1/2 · attempt 1"},{"id":3,"name":"delay-by-airport 2/2 · attempt 1"}]}`,
    );
  });

  test('a launch without a program is refused, naming the field', async () => {
    const { client } = scene();
    await client.ask('initialize', { adapterID: 'job-state' });
    assert.match(String(await client.ask('launch', {})), /“program” in launch\.json/);
  });

  test('attach takes the only running job, and says which there are when none fits', async () => {
    const { client } = scene();
    await client.ask('initialize', { adapterID: 'job-state' });
    assert.equal(await client.ask('attach', { job: 'nights' }), 'No running job is called nights. Running: flights.');
    assert.equal(await client.ask('attach', { job: 'flights' }), undefined);
  });

  test('a failover ends the threads of the old attempts, starts new ones, and stops at what is held', async () => {
    const { client } = await held();
    assert.equal(
      client.text(),
      `! thread {"reason":"exited","threadId":2}
! thread {"reason":"exited","threadId":3}
! thread {"reason":"started","threadId":4}
! thread {"reason":"started","threadId":5}
! stopped {"reason":"step","threadId":4,"description":"Held before its next step","preserveFocusHint":false,"allThreadsStopped":false}
! stopped {"reason":"step","threadId":5,"description":"Held before its next step","preserveFocusHint":true,"allThreadsStopped":false}`,
    );
  });

  test('a held thread has frames, scopes and variables down to the handles', async () => {
    const { client } = await held();
    client.text();
    await client.ask('stackTrace', { threadId: 4, startFrame: 0, levels: 2 });
    await client.ask('scopes', { frameId: 1 });
    await client.ask('variables', { variablesReference: 1 });
    await client.ask('variables', { variablesReference: 2 });
    assert.equal(
      client.text(),
      `→ stackTrace {"threadId":4,"startFrame":0,"levels":2}
← stackTrace {"stackFrames":[{"id":1,"line":0,"column":0,"name":"read local copy of keyed state, 19 kB"},{"id":2,"line":0,"column":0,"name":"delay-by-airport"}],"totalFrames":3}
→ scopes {"frameId":1}
← scopes {"scopes":[{"name":"Alternatives","variablesReference":1,"expensive":false}]}
→ variables {"variablesReference":1}
← variables {"variables":[{"name":"1 local","value":"19 kB","variablesReference":2},{"name":"why","value":"tm-1 kept its directory","variablesReference":0}]}
→ variables {"variablesReference":2}
← variables {"variables":[{"name":"handle 1","value":"local, 19 kB","variablesReference":0}]}`,
    );
  });

  test('next, step in, step out and continue of one thread let exactly its step go', async () => {
    const { client, cluster, stir } = await held();
    for (const [command, hold] of [
      ['next', 'hold-3'],
      ['stepIn', 'hold-4'],
      ['stepOut', 'hold-5'],
    ] as const) {
      const stopped = client.event('stopped');
      await client.ask(command, { threadId: 4 });
      cluster.debug.threadList = [jobManager, thread(0, 1, id<HoldId>(hold)), thread(1, 1, second)];
      stir();
      const { body } = await stopped;
      assert.equal((body as { threadId: number }).threadId, 4);
    }
    assert.deepEqual(await client.ask('continue', { threadId: 4, singleThread: true }), { allThreadsContinued: false });
    assert.deepEqual(cluster.debug.done, [
      ['resume', job, 'hold-1', 'next'],
      ['resume', job, 'hold-3', 'into'],
      ['resume', job, 'hold-4', 'out'],
      ['resume', job, 'hold-5', 'go'],
    ]);
  });

  test('continue lets everything go', async () => {
    const { client, cluster } = await held();
    assert.deepEqual(await client.ask('continue', { threadId: 4 }), { allThreadsContinued: true });
    assert.deepEqual(cluster.debug.done, [['resume', job, undefined, 'go']]);
  });

  test('what belongs to a stop is gone when the thread runs on', async () => {
    const { client } = await held();
    await client.ask('stackTrace', { threadId: 4 });
    await client.ask('next', { threadId: 4 });
    assert.match(String(await client.ask('scopes', { frameId: 1 })), /runs on/);
    assert.match(String(await client.ask('next', { threadId: 4 })), /not held/);
  });

  test('a step let go from elsewhere is told as continued', async () => {
    const { client, cluster, stir } = await held();
    client.text();
    const continued = client.event('continued');
    cluster.debug.threadList = [jobManager, thread(0, 1), thread(1, 1, second)];
    stir();
    await continued;
    assert.equal(client.text(), '! continued {"threadId":4,"allThreadsContinued":false}');
  });

  test('pause arms the next recovery; the filter arms each one', async () => {
    const { client, cluster } = await attached();
    await client.ask('pause', { threadId: 1 });
    await client.ask('setExceptionBreakpoints', { filters: ['everyRecovery'] });
    cluster.say({ e: 'hold', job, armed: false });
    cluster.say({ e: 'job', job, status: 'RUNNING' });
    await client.event('output');
    await client.ask('setExceptionBreakpoints', { filters: [] });
    assert.deepEqual(cluster.debug.done, [
      ['arm', job, 'recovery'],
      ['arm', job, 'recovery'],
      ['arm', job, 'recovery'],
      ['disarm', job],
    ]);
  });

  test('a failure is injected while debugging, with the subtask of the selected thread known', async () => {
    const { client, cluster } = await attached();
    assert.deepEqual(await client.ask('jobContext', { threadId: 3 }), {
      job,
      task: { vertex: airportVertex, subtask: 1 },
    });
    assert.deepEqual(await client.ask('jobContext', { threadId: 1 }), { job });
    const fault = { k: 'throwInTask', job, operator: airport, subtask: 1, message: 'm', when: { at: 'now' } };
    assert.deepEqual(await client.ask('injectFailure', { fault }), { fault: 'fault-1' });
    assert.deepEqual(cluster.debug.done, [['inject', 'throwInTask']]);
    assert.match(String(await client.ask('injectFailure', { fault: { k: 'flood' } })), /not valid/);
  });

  test('the console tells a recovery in its own words', async () => {
    const { client, cluster } = await attached();
    for (const event of recoveryEvents()) cluster.say({ e: 'recovery', job, event });
    cluster.say({ e: 'job', job, status: 'FINISHED' });
    await client.event('terminated');
    const said = client
      .text()
      .split('\n')
      .flatMap((line) => /^! output .*"output":"(.*)\\n"/.exec(line)?.[1] ?? []);
    assert.deepEqual(said, [
      'recovery #1: tm-2 killed by you',
      '  JobManager: region chosen: 2 tasks',
      '  JobManager: cancel 2 tasks',
      '  JobManager: checkpoint 31 chosen — newest completed; 32 was not acknowledged by 1 of 4',
      '  JobManager: deploy 2 tasks',
      '  subtask 1, attempt 2: look up keyed state: 1 local — tm-1 kept its directory',
      '  subtask 1, attempt 2: keyed state: 1 of 1 (local)',
      '  subtask 1, attempt 2: RUNNING',
      '  subtask 2, attempt 2: look up keyed state: 1 remote — local copy was on tm-2, lost',
      '  subtask 2, attempt 2: keyed state: 1 of 1 (remote)',
      '  subtask 2, attempt 2: RUNNING',
      'job FINISHED',
    ]);
  });

  test('leaving an attached job lets it run; ending a launched one cancels it', async () => {
    const { client, cluster } = await attached();
    await client.ask('disconnect', { terminateDebuggee: true });
    assert.deepEqual(cluster.debug.done, [['detach', job]]);
    assert.deepEqual(cluster.done, []);

    const other = scene();
    await other.client.ask('initialize', { adapterID: 'job-state' });
    await other.client.ask('launch', { program: '/w/flights.ts' });
    await other.client.ask('terminate', {});
    const ended = other.client.event('terminated');
    other.cluster.say({ e: 'job', job, status: 'CANCELED' });
    await ended;
    await other.client.ask('disconnect', {});
    assert.deepEqual(
      other.cluster.done.map(({ name }) => name),
      ['submit', 'cancel'],
    );
  });

  test('a runtime that goes away ends the session, with its reason in the console', async () => {
    const { client, cluster } = await attached();
    const ended = client.event('terminated');
    cluster.vanish();
    await ended;
    assert.match(client.text(), /The runtime is gone/);
  });
});
