/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import type { Row } from '../countedRow';
import type { Detour } from './detour';

const itself = (row: Row): Row => row;

/** From every subtask to every other, and from all to one. */
export const shuffled: Detour = (rows) => rows.shuffle().map(itself).global().map(itself).rebalance();

/** Only where the subtasks are, and to a part of the others. */
export const rescaled: Detour = (rows) => rows.rescale().map(itself).forward().map(itself).startNewChain();
