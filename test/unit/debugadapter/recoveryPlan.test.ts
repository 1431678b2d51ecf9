import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { id, type HoldId } from '../../../runtime/base/ids';
import { parsePlanPath, planUri, recoveryPlan } from '../../../runtime/debugadapter/recoveryPlan';
import { job, jobDetails, operators, recoveryEvents, recoveryInfo } from '../../support/fakeCluster/flightsData';

const hold = id<HoldId>('hold-1');

function planWith(holds: boolean): ReturnType<typeof recoveryPlan> {
  const events = recoveryEvents(hold);
  const event = events.at(-1);
  assert.ok(event);
  const details = jobDetails(holds ? { holds: [{ hold, event, text: 'held before: read remote copy' }] } : {});
  return recoveryPlan(details, { ...recoveryInfo(), events }, operators);
}

describe('a recovery as text', () => {
  test('has one line a step, says how each ended and why, and where it is held', () => {
    const { text, lines } = planWith(true);
    assert.equal(
      text,
      `recovery #1 of flights: tm-2 killed by you
+ done   > held here   … under way   x failed   - skipped

JobManager
+ failure seen: tm-2 killed by you
+ region chosen: 2 tasks
+ cancel 2 tasks                                          12 ms
+ checkpoint 31 chosen                                    newest completed; 32 was not acknowledged by 1 of 4
+ deploy 2 tasks                                          30 ms

delay-by-airport -> days: Writer 1/2 on tm-1
+ look up keyed state: 1 local                            4 ms · tm-1 kept its directory
+   keyed state: 1 of 1 (local)                           4 ms
+     read local copy of keyed state, 19 kB               4 ms
+ RUNNING

delay-by-airport -> days: Writer 2/2 on tm-2
… look up keyed state: 1 remote                           local copy was on tm-2, lost
…   keyed state: 1 of 1 (remote)
>     read remote copy of keyed state, 19 kB              held here
`,
    );
    const held = [...lines.values()].at(-1);
    assert.equal(text.split('\n')[(held ?? 0) - 1]?.startsWith('>'), true);
  });

  test('a step that was held and let go is under way', () => {
    assert.match(planWith(false).text, /^… {5}read remote copy of keyed state, 19 kB$/m);
  });

  test('its address names job and recovery, and nothing else is taken for one', () => {
    const path = planUri(job, 3).replace(/^[\w-]+:/, '');
    assert.deepEqual(parsePlanPath(path), { job, recovery: 3 });
    assert.equal(parsePlanPath('/etc/passwd'), undefined);
  });
});
