import { twoProcessBench } from './support/twoProcess';

/** A keyed count on two TaskManagers with LONG keys: half of the records go from one process to the other. */
export const bench = twoProcessBench('two-process', 'LONG', 4);
