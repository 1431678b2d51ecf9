import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnosticsText, type Facts } from '../../../extension/commands/diagnostics';
import { statusText } from '../../../extension/status/statusText';
import { flightsCluster, jobDetails, nowMs } from '../../support/fakeCluster/flightsData';

const overview = { version: '0.1.0', taskManagers: 2, slots: 4, freeSlots: 0 };
const facts: Facts = {
  extension: '0.1.0',
  vscode: '1.120.0',
  node: '22.1.0',
  platform: 'linux x64',
  trusted: true,
  folders: 1,
  settings: { logLevel: 'info' },
  state: { k: 'connected', cluster: flightsCluster(), pid: 1, owned: true },
  data: { overview, jobs: [jobDetails({ restarts: { count: 2, atMs: [] } })] },
};

test('diagnostics say versions, runtime and jobs, and neither names nor paths', () => {
  assert.equal(
    diagnosticsText(facts),
    `Job State Debugger 0.1.0, VS Code 1.120.0, Node 22.1.0, linux x64
Workspace: 1 folders, trusted
Settings: {"logLevel":"info"}
Runtime: embedded 0.1.0, 0 of 4 slots free
Job 1: RUNNING, parallelism 2, 4 tasks; checkpoints 48 completed, 0 failed, 1 restored; newest 48: 41 ms, 38000 bytes; restarts 2`,
  );
});

test('diagnostics of a runtime that ended have its last lines', () => {
  const end = { text: 'code 134', atMs: nowMs, lastLines: ['heap limit'] };
  const text = diagnosticsText({ ...facts, state: { k: 'ended', end, owned: true }, data: undefined });
  assert.match(text, /Runtime: ended with code 134\n {4}heap limit$/);
});

test('the status bar offers what can be done next: step what is held, start what ended, save what runs', () => {
  const titles = (...asked: Parameters<typeof statusText>): string[] | undefined =>
    statusText(...asked)?.actions.map(({ title }) => title);
  assert.deepEqual(titles(facts.state, facts.data, nowMs), ['Trigger Savepoint…', 'Inject Failure…', 'Show Jobs']);
  const end = { text: 'code 1', atMs: nowMs, lastLines: [] };
  assert.deepEqual(titles({ k: 'ended', end, owned: true }, undefined, nowMs), [
    'Start Runtime',
    'Show Jobs',
    'Show Log',
  ]);
});
