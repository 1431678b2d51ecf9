import assert from 'node:assert/strict';
import { RecordedFlink } from '../support/recordedFlink/recordedFlink';
import { VSCodeWindow } from './window';

/** The cluster is looked at every two seconds. */
const patienceMs = 30_000;

suite('an attached Flink cluster', () => {
  let window: VSCodeWindow;
  let flink: RecordedFlink;

  suiteSetup(async () => {
    window = await VSCodeWindow.connect();
    await window.ready();
    flink = new RecordedFlink('2.2.1');
    flink.token = 'secret';
  });

  suiteTeardown(() => flink.close());

  test('is added by its address and token, shows its jobs, asks before a change, and is last known while it is away', async function () {
    this.timeout(180_000);
    const address = await flink.listen();
    const host = address.replace('http://', '');
    await window.inAnotherWindow({}, async (other) => {
      await other.openContainer('Job State');
      await other.widenSideBar();
      await add(other, `${address}/#/overview`, 'secret');
      await other.waitForRow('Jobs', new RegExp(`^${host}Flink 2\\.2\\.1 · 2 TaskManagers · 4 slots`), patienceMs);
      await other.waitForRow('Jobs', /^ordersRUNNING/);
      await other.waitForRow('Jobs', /^order totals2 subtasks/);
      await other.screenshot('cluster-here');

      await other.contextMenu('Jobs', /^ordersRUNNING/, 'Trigger Checkpoint');
      await other.dialog.waitFor();
      assert.match((await other.dialog.textContent()) ?? '', new RegExp(`Take a checkpoint of orders on ${host}\\?`));
      await other.screenshot('cluster-asks');
      await other.answerDialog('Take Checkpoint');
      await untilAsked(/^POST .*\/checkpoints$/);

      await flink.close();
      await other.waitForRow('Jobs', new RegExp(`^${host}away · last known`), patienceMs);
      await other.waitForRow('Jobs', /^ordersRUNNING/);
      await other.screenshot('cluster-away');

      await other.contextMenu('Jobs', new RegExp(`^${host}`), 'Remove Flink Cluster');
      await other
        .rows('Jobs', new RegExp(`^${host}`))
        .first()
        .waitFor({ state: 'hidden' });
    });
  });

  async function untilAsked(request: RegExp): Promise<void> {
    for (let looks = 0; !flink.asked.some((asked) => request.test(asked)); looks++) {
      assert.ok(looks < 500, `nobody asked ${String(request)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
});

async function add(window: VSCodeWindow, address: string, token: string): Promise<void> {
  await window.runCommand('Job State: Add Flink Cluster');
  await window.waitForText('The address of its REST API');
  await window.answer(address);
  await window.waitForText('A bearer token');
  await window.answer(token);
}
