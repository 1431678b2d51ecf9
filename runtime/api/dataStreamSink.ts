import { describable, type OfOperator } from './describable';
import type { DraftNode } from './streamGraphBuilder';

/** An operator without outputs. */
class OperatorEnd implements OfOperator {
  constructor(readonly node: DraftNode) {}
}

/** The end of a stream. */
export class DataStreamSink extends describable(OperatorEnd) {}
