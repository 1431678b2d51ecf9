import { twoProcessBench } from './support/twoProcess';

/** As `two-process`, with STRING keys. */
export const bench = twoProcessBench('two-process-strings', 'STRING', 1.5);
