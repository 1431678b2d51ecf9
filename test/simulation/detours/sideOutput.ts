import { OutputTag, ProcessFunction, type Collector, type ProcessContext } from '../../../runtime/api/index';
import type { Row } from '../countedRow';
import type { Detour } from './detour';

const aside = new OutputTag<Row>('aside');

/** Puts two rows of three aside. */
class PutAside extends ProcessFunction<Row, Row> {
  override processElement(row: Row, context: ProcessContext, out: Collector<Row>): void {
    if (row.value % 3 === 0) out.collect(row);
    else context.output(aside, row);
  }
}

/** Some rows go to a side output, which is united with the main one again. */
export const sideOutput: Detour = (rows, { uid }) => {
  const kept = rows.process(new PutAside()).uid(uid('put-aside'));
  return kept.union(kept.getSideOutput(aside));
};
