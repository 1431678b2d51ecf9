import { randomBytes, randomUUID } from 'node:crypto';
import type { Random } from '../base/env';

export const nodeRandom: Random = {
  next: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  uuid: () => randomUUID(),
};
