/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import { Types } from '../../../runtime/api/index';
import type { Detour } from './detour';

const rowType = Types.JSON<{ key: string; value: number; atMs: number }>();

/** By their time, which no two rows share, so that nothing is reduced: a row that came twice would change the value. */
export const reducedByTime: Detour = (rows, { uid }) =>
  rows
    .keyBy(({ atMs }) => atMs, Types.LONG)
    .reduce((a, b) => ({ ...b, value: a.value + b.value }), rowType)
    .uid(uid('reduce'));
