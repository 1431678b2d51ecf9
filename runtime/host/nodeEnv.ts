import type { Child, ChildSpec, Env, Logger } from '../base/env';
import { NodeClock } from './nodeClock';
import { NodeDisk } from './nodeDisk';
import { NodeNet } from './nodeNet';
import { nodeRandom } from './nodeRandom';

/** The Env of a real process. */
export function nodeEnv(log: Logger, spawn: (child: ChildSpec) => Child): Env {
  return { clock: new NodeClock(), random: nodeRandom, disk: new NodeDisk(), net: new NodeNet(), log, spawn };
}
