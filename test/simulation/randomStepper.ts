import type { JobId } from '../../runtime/base/ids';
import type { ResumeHow } from '../../runtime/base/stepping';
import type { World } from './world';

const ways: readonly [ResumeHow, ...ResumeHow[]] = ['next', 'next', 'into', 'out', 'go'];

/** Somebody at the debugger: whatever is held is let go after a while, one step or all of them, this way or that. */
export class RandomStepper {
  resumed = 0;
  private waiting = false;

  constructor(
    private readonly world: World,
    private readonly job: () => JobId,
  ) {}

  /** To be called after every event. */
  readonly look = (): void => {
    if (this.waiting || this.holds().length === 0) return;
    this.waiting = true;
    const { random, schedule } = this.world;
    const longMs = random.chance(0.1) ? 700 : 15;
    schedule.at(random.between(0, longMs), () => {
      this.waiting = false;
      this.letGo();
    });
  };

  private letGo(): void {
    const { random, jobManager, jobManagerProcess } = this.world;
    const holds = this.holds();
    const hold = holds[random.below(holds.length)];
    if (hold === undefined || jobManagerProcess.stalledMs > 0) return;
    this.resumed += 1;
    if (random.chance(0.1)) jobManager.resume(this.job(), undefined, 'go');
    else jobManager.resume(this.job(), hold.hold, random.pick(ways));
  }

  private holds(): ReturnType<World['record']>['holds'] {
    return this.world.current(this.job())?.holds ?? [];
  }
}
