import type { StreamElement } from '../wire/channelFrames';

/** What runs through the operators of a task; barriers go around them. */
export type ChainElement = Exclude<StreamElement, { k: 'barrier' | 'close' }>;
