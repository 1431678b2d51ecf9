import { chainBench } from './support/chain';

/** As `chain`, with STRING keys. */
export const bench = chainBench('chain-strings', { count: 1_000, type: 'STRING' }, 4);
