import { chainBench } from './support/chain';

/** A keyed count in one thread with 1,000 LONG keys. */
export const bench = chainBench('chain', { count: 1_000, type: 'LONG' }, 12);
