import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { pageHtml } from '../../../extension/pages/pageHtml';
import { fromRecoveryPageSchema } from '../../../extension/pages/pageMessages';
import { RecoveryFeed } from '../../../extension/pages/recoveryFeed';
import { Signal } from '../../../extension/support/signal';
import { id, type HoldId } from '../../../runtime/base/ids';
import type { JobEvent } from '../../../runtime/cluster/jobEvents';
import type { LiveData } from '../../../extension/runtime/liveJobs';
import type { ToRecoveryPage } from '../../../webview/messages';
import { flightsCluster, job, jobDetails, recoveryEvents, recoveryInfo } from '../../support/fakeCluster/flightsData';

const hold = id<HoldId>('hold-1');

/** A feed of recovery 1, what it sent, and a wait for its next message. */
function feeding(cluster = flightsCluster()) {
  const event = new Signal<JobEvent>();
  const changed = new Signal<LiveData | undefined>();
  const sent: ToRecoveryPage[] = [];
  const failures: unknown[] = [];
  let wake: () => void = () => undefined;
  const send = (message: ToRecoveryPage): void => {
    sent.push(message);
    wake();
  };
  const next = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const feed = new RecoveryFeed(cluster, { event, changed }, { job, recovery: 1 }, send, (error) => {
    failures.push(error);
    wake();
  });
  const say = (parts: { recovery?: number } = {}): void => {
    const [first] = recoveryEvents();
    assert.ok(first);
    const scope = { ...first.scope, recovery: parts.recovery ?? 1 };
    event.fire({ e: 'recovery', job, seq: 1, atMs: 0, event: { ...first, scope } });
  };
  return { cluster, feed, sent, failures, next, say, changed };
}

describe('the feed of a recovery page', () => {
  test('sends everything with its names when the page is ready, and asks nothing before', async (t) => {
    const { cluster, feed, sent } = feeding();
    t.after(() => feed.dispose());
    assert.deepEqual(cluster.asked, []);
    await feed.ready();
    const [message] = sent;
    assert.ok(message?.m === 'recovery');
    assert.equal(message.recorded.job.name, 'flights');
    assert.equal(message.recorded.details.events.length, recoveryEvents().length);
    assert.deepEqual(message.recorded.operators.at(-1), {
      id: '20ba6b65f97481d5570070de90e4e791',
      uid: 'delay-by-airport',
      name: 'Delay by airport',
      vertex: '20ba6b65f97481d5570070de90e4e791',
      parallelism: 2,
    });
    assert.deepEqual(message.live, { holds: [], holdNext: false, whatIf: true });
  });

  test('offers to repeat only what is over, was local, and can be caused again on a job that runs', async (t) => {
    const offers = async (change: (cluster: ReturnType<typeof flightsCluster>) => void): Promise<boolean> => {
      const cluster = flightsCluster();
      change(cluster);
      const { feed, sent } = feeding(cluster);
      t.after(() => feed.dispose());
      await feed.ready();
      return sent[0]?.m === 'recovery' && sent[0].live?.whatIf === true;
    };
    const details = (more: Parameters<typeof recoveryInfo>[0]) => ({ ...recoveryInfo(more), events: recoveryEvents() });
    assert.equal(await offers(() => undefined), true);
    assert.equal(await offers((cluster) => (cluster.answers.recovery = details({ status: 'given up' }))), false);
    assert.equal(await offers((cluster) => (cluster.answers.recovery = details({ local: 0 }))), false);
    assert.equal(await offers((cluster) => (cluster.answers.recovery = details({ cause: { k: 'start' } }))), false);
    assert.equal(await offers((cluster) => (cluster.answers.job = jobDetails({ status: 'RESTARTING' }))), false);
    assert.equal(await offers((cluster) => (cluster.cannot = new Set(['injectFault']))), false);
  });

  test('sends the events of its own recovery as they come, with what is held', async (t) => {
    const { cluster, feed, sent, next, say } = feeding();
    t.after(() => feed.dispose());
    await feed.ready();
    const event = recoveryEvents(hold).at(-1);
    assert.ok(event);
    cluster.answers.job = jobDetails({ holds: [{ hold, event, text: 'held before: read remote copy' }] });
    const more = next();
    say();
    say({ recovery: 2 });
    await more;
    const message = sent.at(-1);
    assert.ok(message?.m === 'more');
    assert.equal(message.events.length, 1);
    assert.deepEqual(message.live.holds, [{ hold, text: 'held before: read remote copy' }]);
  });

  test('says nothing when nothing of it changed', async (t) => {
    const { cluster, feed, sent, next, changed } = feeding();
    t.after(() => feed.dispose());
    await feed.ready();
    changed.fire(undefined);
    cluster.answers.recoveries = { items: [recoveryInfo({ status: 'given up' })], total: 1 };
    const more = next();
    await more;
    assert.equal(sent.length, 2);
    assert.ok(sent[1]?.m === 'more' && sent[1].info.status === 'given up');
  });

  test('asks nothing while the page is hidden', async (t) => {
    const { cluster, feed, say, changed } = feeding();
    t.after(() => feed.dispose());
    await feed.ready();
    feed.hidden();
    const asked = cluster.asked.length;
    say();
    changed.fire(undefined);
    await feed.ready();
    assert.equal(cluster.asked.length, asked + 3);
  });

  test('resumes by the verbs of the debugger: a chosen hold, the newest, or everything', async (t) => {
    const { cluster, feed } = feeding();
    t.after(() => feed.dispose());
    const event = recoveryEvents(hold).at(-1);
    assert.ok(event);
    cluster.answers.job = jobDetails({ holds: [{ hold, event, text: 'held' }] });
    await feed.ready();
    const other = id<HoldId>('hold-2');
    await feed.resume('into', other);
    await feed.resume('next');
    await feed.resume('go');
    assert.deepEqual(cluster.debug.done, [
      ['resume', job, other, 'into'],
      ['resume', job, hold, 'next'],
      ['resume', job, undefined, 'go'],
    ]);
  });

  test('refuses to step when nothing is held', async (t) => {
    const { feed } = feeding();
    t.after(() => feed.dispose());
    await feed.ready();
    await assert.rejects(feed.resume('next'), /Nothing of this recovery is held any more/);
  });

  test('an engine that cannot hold is not asked to, and one that fails is told of', async (t) => {
    const { cluster, feed, sent, failures, next, say } = feeding();
    t.after(() => feed.dispose());
    cluster.cannot = new Set(['holdRecovery']);
    await feed.ready();
    assert.ok(sent[0]?.m === 'recovery' && sent[0].live?.holdNext === undefined);
    delete cluster.answers.job;
    const told = next();
    say();
    await told;
    assert.match(String(failures[0]), /No answer to job/);
  });
});

describe('what a page may say and load', () => {
  test('messages that are not of the protocol are refused', () => {
    assert.ok(v.is(fromRecoveryPageSchema, { m: 'resume', how: 'next' }));
    for (const message of [undefined, {}, { m: 'resume', how: 'jump' }, { m: 'holdNext' }, { m: 'eval' }])
      assert.ok(!v.is(fromRecoveryPageSchema, message), JSON.stringify(message));
  });

  test('nothing but its own files, and no script without the nonce; names do not become HTML', () => {
    const html = pageHtml({ title: '<b>"x"', script: 's.js', style: 's.css', cspSource: 'https://own', nonce: 'n0' });
    assert.match(html, /default-src 'none'; script-src 'nonce-n0'; style-src https:\/\/own 'nonce-n0'/);
    assert.doesNotMatch(html, /unsafe|<b>/);
    assert.match(html, /&lt;b&gt;&quot;x&quot;/);
  });
});
