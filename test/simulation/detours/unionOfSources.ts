/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- a described stream is a DataStream by a mixin, which the rule does not see */
import { GeneratorSource } from '../../../runtime/api/index';
import type { Row } from '../countedRow';
import { inOrder, type Detour } from './detour';

/** Every other row is left out, and comes from another source. */
export const unionOfSources: Detour = (rows, pipeline) => {
  const others = new GeneratorSource<Row>({
    count: Math.floor(pipeline.rows / 2),
    generate: (index) => pipeline.rowOf(2 * index + 1),
    rowsPerSecond: pipeline.rowsPerSecond / 2,
  });
  return rows.filter(({ value }) => value % 2 === 0).union(inOrder(pipeline, others, 'others'));
};
