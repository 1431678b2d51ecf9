import type { TypeInformation } from '../types';
import type { AnyWindowFunction } from './windowFunctions';

/** What follows the reduce or aggregate function. */
export type FunctionAndType<S> = readonly [(AnyWindowFunction | TypeInformation<S>)?, TypeInformation<S>?];

/** Tells the two apart. */
export function functionAndType<S>([second, third]: FunctionAndType<S>): {
  windowFunction: AnyWindowFunction | undefined;
  type: TypeInformation<S> | undefined;
} {
  if (second === undefined || 'process' in second) return { windowFunction: second, type: third };
  return { windowFunction: undefined, type: second };
}
