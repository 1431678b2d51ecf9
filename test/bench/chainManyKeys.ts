import { chainBench } from './support/chain';

/** As `chain`, with a million keys: mostly what it takes to find a key in memory. */
export const bench = chainBench('chain-many-keys', { count: 1_000_000, type: 'LONG' }, 3);
