/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import type { Row } from '../countedRow';
import type { Detour } from './detour';

const itself = (row: Row): Row => row;

/** The rows are dealt out to two streams, twice, and brought together again by functions of two inputs. */
export const mappedApart: Detour = (rows, { uid }) => {
  const even = rows.filter(({ value }) => value % 2 === 0);
  const odd = rows.flatMap<Row>((row, out) => {
    if (row.value % 2 !== 0) out.collect(row);
  });
  const united = even.connect(odd).map<Row>({ map1: itself, map2: itself }).uid(uid('co-map'));
  return united
    .filter(({ key }) => key.length % 2 === 0)
    .connect(united.filter(({ key }) => key.length % 2 !== 0))
    .flatMap<Row>({
      flatMap1: (row, out) => out.collect(row),
      flatMap2: (row, out) => out.collect(row),
    })
    .uid(uid('co-flat-map'));
};
